// Storage as core sees it: the pages of one index, which are read and written one call at a time.
// In the server the pages are in shared buffers, in tests and micro-benchmarks in plain memory.
//
// A PageStore `s` offers
//   s.read(page, fn)      pins and share-locks the page, calls fn(const std::byte*), releases the
//                         page, and returns what fn has returned, a Status; returns kCorrupt for a
//                         page that does not exist
//   s.pages()             returns how many pages there are
//   s.prefetch(page, from, bytes)
//                         says that this part of the page will be read soon; does nothing if it
//                         does not exist
//   s.prefetch_far(page, from, bytes)
//                         says the same for later: the part is prefetched into the second-level
//                         cache, which has room for more
//   s.release(page)       says that an edit's add() may give out the page, which is of kind kFree
//   s.poll()              lets the server interrupt, between pages
//   s.at(moment)          says that a change of several records has come so far (Moment)
//   s.patch(page, fn)     locks the page for writing and calls fn(const std::byte*, PagePatch*),
//                         which returns a Status; if that is ok, what fn has put into the patch is
//                         written, and logged, as one change
//   s.hole(from, to, &patch)
//                         says that after the patch that part of the page, all zeros, is unused
//   s.edit()              returns an Edit: a change of at most four pages that is seen, and logged,
//                         as one
// An Edit `e` offers
//   e.page(page, &bytes)  locks the page for writing; bytes are a copy that commit() puts in place
//   e.add(&page, &bytes)  adds a new page, which is not initialized
//   e.fill(page, &bytes)  locks a page, all of which the caller writes
//   e.set_hole(bytes, from, to)
//                         says that this part of the page of `bytes` is unused: it becomes zero,
//                         and is neither compared nor logged until the page is added again
//   e.commit()            makes all changes at once
//   e.abandon()           makes none of the changes (pages added stay behind, unused)
//
// Nothing with a destructor may be alive across any of these calls: the server may leave by
// longjmp. Never nest a read or an edit within a read.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/page/page.h"
#include "core/page/patch.h"

namespace vecext {

/// Moments of changes that take several records. At such a moment no page is locked, other sessions
/// see what is written so far, and a crash would leave the index in this state. Tests stop a
/// session there (test/injection).
enum class Moment {
  kKeysSplit,      // a leaf of keys is split; the level above does not know of it
  kPartsWritten,   // pages of a wide document are written; nothing leads to them
  kPendingClosed,  // pending rows or documents are closed, to be moved
  kBeforeSwitch,   // the new pages are written; the meta page leads to the old ones
  kAfterSwitch,    // the meta page leads to the new pages; the old ones are not free yet
  kBetweenPasses,  // VACUUM has removed dead rows, but has not freed unused pages
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
  /// Counts one more page. True if there are more pages in the chain than in the index, so that the
  /// chain goes in a circle.
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
  PageId pages_ = 16;  // the greatest length known to be possible: pages() is a system call, which
                       // only longer chains need
};

/// Reads a chain from page `first` on: calls visit(page, bytes), which returns a Status, with each
/// page under its lock. Returns kCorrupt if the chain goes in a circle.
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
