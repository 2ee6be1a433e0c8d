// Pages in plain memory: a PageStore and BulkStore for tests, which also checks the rules that the
// server's store relies on: one page held at a time, at most four in an edit.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "core/base/arena.h"
#include "core/page/page.h"
#include "core/page/patch.h"
#include "core/page/store.h"
#include "doctest/doctest.h"

namespace vecext::test {

using Page = std::array<std::byte, kPageSize>;

/// Calls of a store that a test can have fail, as bits.
inline constexpr unsigned kReads = 1;
inline constexpr unsigned kChanges = 2;  // of pages that exist
inline constexpr unsigned kAdds = 4;

/// The pages that an edit changes, at most four: copies, until it is committed.
class EditedPages {
 public:
  /// Adds a copy of a page, `from`; its bytes are changed.
  Status add(PageId page, const Page& from, std::byte** bytes) {
    changes_.push_back({page, std::make_unique<Page>(from)});
    REQUIRE(changes_.size() <= 4);
    *bytes = changes_.back().copy->data();
    return {};
  }
  bool has(PageId page) const {
    return std::any_of(changes_.begin(), changes_.end(),
                       [page](const Change& change) { return change.page == page; });
  }
  /// Calls put(page, copy) with each.
  template <class Put>
  void each(const Put& put) const {
    for (const Change& change : changes_) {
      put(change.page, *change.copy);
    }
  }
  void clear() { changes_.clear(); }

 private:
  struct Change {
    PageId page;
    std::unique_ptr<Page> copy;
  };
  std::vector<Change> changes_;
};

class MemoryStore {
 public:
  class Edit {
   public:
    explicit Edit(MemoryStore* store) : store_(store) { REQUIRE(store_->held_ == 0); }

    Status page(PageId page, std::byte** bytes) {
      if (store_->fails(kChanges)) {
        return kFailed;
      }
      if (page >= store_->pages_.size()) {
        return {.code = StatusCode::kCorrupt};
      }
      return pages_.add(page, *store_->pages_[page], bytes);
    }
    Status add(PageId* page, std::byte** bytes) {
      if (store_->fails(kAdds)) {
        return kFailed;
      }
      if (store_->reuses && !store_->released.empty()) {
        *page = *store_->released.begin();
        store_->released.erase(store_->released.begin());
      } else {
        *page = static_cast<PageId>(store_->pages_.size());
        store_->pages_.push_back(std::make_unique<Page>());
      }
      return pages_.add(*page, Page{}, bytes);
    }
    Status fill(PageId page, std::byte** bytes) {
      const Status status = this->page(page, bytes);
      if (status.ok()) {
        std::fill_n(*bytes, kPageSize, std::byte{});
      }
      return status;
    }
    void set_hole(std::byte* bytes, std::size_t from, std::size_t to) {
      std::fill(bytes + from, bytes + to, std::byte{});
    }
    void commit() {
      if (store_->commits_left_ == 0) {
        return;  // as if the server had stopped before this record
      }
      --store_->commits_left_;
      pages_.each([this](PageId page, const Page& copy) { *store_->pages_[page] = copy; });
    }
    void abandon() { pages_.clear(); }

   private:
    MemoryStore* store_;
    EditedPages pages_;
  };

  template <class Visit>
  Status read(PageId page, Visit visit) {
    if (fails(kReads)) {
      return kFailed;
    }
    if (page >= pages_.size()) {
      return {.code = StatusCode::kCorrupt};
    }
    require_none_held();
    ++held_;
    const Status status = visit(static_cast<const std::byte*>(pages_[page]->data()));
    --held_;
    return status;
  }
  template <class Plan>
  Status patch(PageId page, const Plan& plan) {
    if (fails(kChanges)) {
      return kFailed;
    }
    PagePatch patch;
    const Status status =
        read(page, [&](const std::byte* bytes) -> Status { return plan(bytes, &patch); });
    if (status.ok() && !patch.is_empty() && commits_left_ > 0) {
      --commits_left_;
      patch.apply(pages_[page]->data());
    }
    return status;
  }
  void hole(std::size_t, std::size_t, PagePatch*) {}
  PageId pages() const { return static_cast<PageId>(pages_.size()); }
  void prefetch(PageId, std::size_t, std::size_t) {}
  void prefetch_far(PageId, std::size_t, std::size_t) {}
  void poll() { require_none_held(); }
  void at(Moment) { require_none_held(); }
  void release(PageId page) { released.insert(page); }
  Edit edit() { return Edit(this); }

  // As a BulkStore.
  Status add(PageId* page, std::byte** bytes) {
    if (fails(kAdds)) {
      return kFailed;
    }
    *page = static_cast<PageId>(pages_.size());
    pages_.push_back(std::make_unique<Page>());
    *bytes = pages_.back()->data();
    return {};
  }
  Status change(PageId page, std::byte** bytes) {
    if (fails(kChanges)) {
      return kFailed;
    }
    *bytes = pages_[page]->data();
    return {};
  }

  Status reserve(PageId* page, PageKind kind, std::uint32_t chain) {
    std::byte* bytes;
    const Status status = add(page, &bytes);
    if (status.ok()) {
      init_page(bytes, kind, 0, chain);
    }
    return status;
  }
  Status fill(PageId page, std::byte** bytes) { return change(page, bytes); }

  void end_change() {}

  /// Pages that were released. If it `reuses` them, an edit adds the first of them again.
  std::set<PageId> released;
  bool reuses = false;

  std::size_t size() const { return pages_.size(); }
  std::byte* bytes(PageId page) { return pages_[page]->data(); }
  /// Only the next n commits are kept.
  void stop_after(int n) { commits_left_ = n; }
  int commits_left() const { return commits_left_; }

  /// What a call that fails returns. The server raises an error instead.
  static constexpr Status kFailed{.code = StatusCode::kOutOfMemory};

  /// After n more of these calls the next one fails, and all later ones unless it is `once`.
  void fail_after(int n, unsigned calls, bool once = false) {
    calls_left_ = n;
    failing_ = calls;
    fails_once_ = once;
    has_failed_ = false;
  }
  /// No call fails any more. Returns whether one has.
  bool mend() {
    failing_ = 0;
    held_ = 0;
    return has_failed_;
  }

  /// The pages as they are now, and as they were.
  std::vector<Page> copy() const {
    std::vector<Page> pages;
    for (const auto& page : pages_) {
      pages.push_back(*page);
    }
    return pages;
  }
  void restore(const std::vector<Page>& pages) {
    pages_.clear();
    for (const Page& page : pages) {
      pages_.push_back(std::make_unique<Page>(page));
    }
    released.clear();
  }

 private:
  // Called millions of times: a REQUIRE that holds is counted, and takes longer than what it asks.
  void require_none_held() const {
    if (held_ != 0) {
      FAIL("a page is held");
    }
  }

  bool fails(unsigned call) {
    if ((failing_ & call) == 0 || calls_left_-- > 0) {
      return false;
    }
    has_failed_ = true;
    if (fails_once_) {
      failing_ = 0;
    }
    return true;
  }

  std::vector<std::unique_ptr<Page>> pages_;
  int calls_left_ = 0;
  unsigned failing_ = 0;
  bool fails_once_ = false;
  bool has_failed_ = false;
  int held_ = 0;
  int commits_left_ = 1 << 30;
};

/// An arena over malloc, freed with the object.
class TestArena {
 public:
  operator Arena() { return {allocate, this}; }

  /// From now on it gives so many chunks, and then is out of memory.
  void fail_after(int chunks) { chunks_left_ = chunks; }

 private:
  static void* allocate(void* self, std::size_t bytes) {
    auto* arena = static_cast<TestArena*>(self);
    if (arena->chunks_left_-- <= 0) {
      arena->chunks_left_ = 0;
      return nullptr;
    }
    void* chunk = std::aligned_alloc(64, (bytes + 127) / 64 * 64);
    arena->chunks_.emplace_back(chunk, std::free);
    return chunk;
  }
  std::vector<std::unique_ptr<void, void (*)(void*)>> chunks_;
  int chunks_left_ = 1 << 30;
};

}  // namespace vecext::test
