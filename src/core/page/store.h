// Storage as core sees it: pages of one index, read and written one call at a time. Shared buffers
// in the server, plain memory in tests and micro-benchmarks.
//
// A PageStore `s` offers
//   s.read(page, fn)      pins and share-locks the page, calls fn(const std::byte*), releases;
//   returns
//                         what fn returns, a Status. kCorrupt for a page that does not exist.
//   s.pages()             how many pages there are
//   s.prefetch(page, from, bytes)
//                         that part of the page will be read soon; does nothing where it does not
//                         exist
//   s.prefetch_far(page, from, bytes)
//                         the same, for later: into the second-level cache, which has room for more
//   s.release(page)       the page, made one of kind kFree, may be given out by an edit's add()
//   s.poll()              between pages: lets the server interrupt
//   s.at(moment)          a change of several records has come so far (Moment)
//   s.patch(page, fn)     locks the page for writing and calls fn(const std::byte*, PagePatch*),
//   which
//                         returns a Status; if that is ok, what it has put is written, and logged,
//                         as one change
//   s.hole(from, to, &patch)
//                         says that afterwards that part of the page, all zeros, is unused
//   s.edit()              an Edit: a change of at most four pages that is seen, and logged, as one
// An Edit `e` offers
//   e.page(page, &bytes)  locks the page for writing; bytes are a copy that commit() puts in place
//   e.add(&page, &bytes)  a new page, not initialized
//   e.fill(page, &bytes)  locks a page of which all is written
//   e.set_hole(bytes, from, to)
//                         that part of the page of `bytes` is unused: it becomes zero, and is
//                         neither compared nor logged until the page is added again
//   e.commit()            all changes at once
//   e.abandon()           none of them (pages added stay behind, unused)
//
// Nothing with a destructor may be alive across any of these calls: the server may leave by
// longjmp. Never nest a read or an edit within a read.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/page/page.h"
#include "core/page/patch.h"

namespace vecext {

/// Moments of changes that take several records: no page is locked, others see what is written so
/// far, and a crash would leave it so. Tests stop a session there (test/injection).
enum class Moment {
  kKeysSplit,      // a leaf of keys is split, the level above does not know
  kPartsWritten,   // pages of a wide document are written, nothing leads to them
  kPendingClosed,  // pending rows or documents are closed, to be moved
  kBeforeSwitch,   // what is new is written, the meta page leads to what is old
  kAfterSwitch,    // the meta page leads to what is new, what is old is not free yet
  kBetweenPasses,  // VACUUM has removed dead rows, and has not freed unused pages
};

template <class S>
concept PageStore = requires(S& store, PageId page, std::byte* bytes) {
  {
    store.read(page, [](const std::byte*) { return Status{}; })
    } -> std::same_as<Status>;
  {
    store.patch(page, [](const std::byte*, PagePatch*) { return Status{}; })
    } -> std::same_as<Status>;
  store.hole(std::size_t{}, std::size_t{}, static_cast<PagePatch*>(nullptr));
  { store.pages() } -> std::same_as<PageId>;
  store.prefetch(page, std::size_t{}, std::size_t{});
  store.prefetch_far(page, std::size_t{}, std::size_t{});
  store.poll();
  store.at(Moment::kAfterSwitch);
  store.release(page);
  { store.edit().page(page, &bytes) } -> std::same_as<Status>;
  { store.edit().add(&page, &bytes) } -> std::same_as<Status>;
  { store.edit().fill(page, &bytes) } -> std::same_as<Status>;
  store.edit().set_hole(bytes, std::size_t{}, std::size_t{});
  store.edit().commit();
  store.edit().abandon();
};

/// Reads a page into `copy`.
template <PageStore S>
Status copy_page(S& store, PageId page, std::byte* copy) {
  return store.read(page, [copy](const std::byte* bytes) {
    __builtin_memcpy(copy, bytes, kPageSize);
    return Status{};
  });
}

/// Counts the pages of a chain while it is read.
class ChainLength {
 public:
  /// Counts one more page. True if the chain has more pages than the index: it goes in a circle.
  template <PageStore S>
  bool is_beyond(S& store) {
    if (++walked_ <= pages_) {
      return false;
    }
    pages_ = store.pages();
    return walked_ > pages_;
  }

 private:
  PageId walked_ = 0;
  PageId pages_ = 16;  // pages() is a system call, which longer chains alone make
};

/// Reads a chain from page `first` on: visit(page, bytes), a Status, with each page under its lock.
/// kCorrupt where the chain goes in a circle.
template <PageStore S, class Visit>
Status read_chain(S& store, PageId first, const Visit& visit) {
  ChainLength length;
  for (PageId page = first; page != kNoPage;) {
    if (length.is_beyond(store)) {
      return corrupt().in_page(page);
    }
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      const PageId at = page;
      page = page_head(bytes)->next;
      return visit(at, bytes);
    }));
    store.poll();
  }
  return {};
}

}  // namespace vecext
