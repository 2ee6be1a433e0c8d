// The pages of a sound index in plain memory, some bytes of which a fuzzer changes: a PageStore.
// Each page is an allocation of its own, so that AddressSanitizer sees every step out of it. Reads
// and changes are counted: an endless loop ends the program at once.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "core/page/page.h"
#include "core/page/patch.h"
#include "input.h"
#include "memory_store.h"

namespace vecext::fuzz {

class DamagedStore {
 public:
  using Page = test::Page;

  /// Copies the pages of a sound index.
  explicit DamagedStore(test::MemoryStore& sound) {
    for (PageId page = 0; page < sound.pages(); ++page) {
      sound_.push_back(std::make_unique<Page>());
      std::copy_n(sound.bytes(page), kPageSize, sound_.back()->data());
      pages_.push_back(std::make_unique<Page>(*sound_.back()));
    }
    touched_.assign(pages_.size(), false);
  }

  class Edit {
   public:
    explicit Edit(DamagedStore* store) : store_(store) { require(!store_->is_held_); }

    Status page(PageId page, std::byte** bytes) {
      store_->count_step();
      if (page >= store_->pages_.size()) {
        return {.code = StatusCode::kCorrupt};
      }
      // The server would find the page locked, by this backend.
      if (pages_.has(page)) {
        return {.code = StatusCode::kCorrupt};
      }
      return pages_.add(page, *store_->pages_[page], bytes);
    }
    Status add(PageId* page, std::byte** bytes) {
      store_->count_step();
      *page = static_cast<PageId>(store_->pages_.size());
      store_->pages_.push_back(std::make_unique<Page>());
      return pages_.add(*page, Page{}, bytes);
    }
    Status fill(PageId page, std::byte** bytes) { return this->page(page, bytes); }
    void set_hole(std::byte* bytes, std::size_t from, std::size_t to) {
      require(from <= to && to <= kPageSize);
      std::fill(bytes + from, bytes + to, std::byte{});
    }
    void commit() {
      pages_.each([this](PageId page, const Page& copy) {
        store_->touch(page);
        *store_->pages_[page] = copy;
      });
    }
    void abandon() { pages_.clear(); }

   private:
    DamagedStore* store_;
    test::EditedPages pages_;
  };

  template <class Visit>
  Status read(PageId page, Visit visit) {
    count_step();
    if (page >= pages_.size()) {
      return {.code = StatusCode::kCorrupt};
    }
    require(!is_held_);
    is_held_ = true;
    const Status status = visit(static_cast<const std::byte*>(pages_[page]->data()));
    is_held_ = false;
    return status;
  }
  template <class Plan>
  Status patch(PageId page, const Plan& plan) {
    PagePatch patch;
    const Status status =
        read(page, [&](const std::byte* bytes) -> Status { return plan(bytes, &patch); });
    if (status.ok() && !patch.is_empty()) {
      touch(page);
      patch.apply(pages_[page]->data());
    }
    return status;
  }
  void hole(std::size_t from, std::size_t to, PagePatch*) {
    require(from <= to && to <= kPageSize);
  }
  PageId pages() const { return static_cast<PageId>(pages_.size()); }
  void prefetch(PageId, std::size_t, std::size_t) {}
  void prefetch_far(PageId, std::size_t, std::size_t) {}
  void poll() { require(!is_held_); }
  void at(Moment) { require(!is_held_); }
  void release(PageId page) { require(page < pages_.size()); }
  Edit edit() { return Edit(this); }

  /// Makes all pages sound again, and changes some bytes: of an input up to nine a change. At most
  /// `most` changes. Page 0 is changed only if `with_meta`.
  void damage(Input* input, int most, bool with_meta) {
    restore();
    for (int i = 0; i < most && !input->is_end(); ++i) {
      damage_once(input, with_meta);
    }
  }

  std::byte* bytes(PageId page) {
    touch(page);
    return pages_[page]->data();
  }

 private:
  static constexpr std::size_t kMostSteps = 200'000;

  void count_step() { require(++steps_ < kMostSteps); }

  void touch(PageId page) {
    if (page < touched_.size()) {
      touched_[page] = true;
    }
  }

  void restore() {
    const std::size_t least = std::min(pages_.size(), sound_.size());
    for (std::size_t i = 0; i < least; ++i) {
      if (touched_[i]) {
        *pages_[i] = *sound_[i];
        touched_[i] = false;
      }
    }
    pages_.resize(sound_.size());
    for (std::size_t i = least; i < sound_.size(); ++i) {
      pages_[i] = std::make_unique<Page>(*sound_[i]);
      touched_[i] = false;
    }
    steps_ = 0;
    is_held_ = false;
  }

  /// Damage of the last input is printed if the environment has FUZZ_SHOW.
  static bool shows() {
    static const bool kShows = std::getenv("FUZZ_SHOW") != nullptr;
    return kShows;
  }

  void damage_once(Input* input, bool with_meta) {
    const std::uint32_t kind = input->byte();
    const auto n = static_cast<std::uint32_t>(pages_.size());
    const std::uint32_t first = with_meta ? 0 : 1;
    if (n <= first) {
      return;
    }
    const PageId page = first + input->byte() % (n - first);
    // The server's part of a page is not ours.
    const std::uint32_t at = 24 + input->two() % (kPageSize - 24);
    std::byte* byte = bytes(page) + at;
    if (shows()) {
      std::fprintf(stderr, "page %u of %u, kind %d, byte %u, damage %u\n", page, n,
                   static_cast<int>(page_tail(bytes(page))->kind), at, kind % 10);
    }
    const std::size_t left = kPageSize - at;
    const auto put = [&](std::uint32_t value, std::size_t count) {
      std::memcpy(byte, &value, std::min(count, left));
    };
    switch (kind % 10) {
      case 0:
        *byte ^= static_cast<std::byte>(1u << (input->byte() % 8));
        break;
      case 1:
        put(input->byte(), 1);
        break;
      case 2:
        put(input->two(), 2);
        break;
      case 3:
        put(input->four(), 4);
        break;
      case 4:
        put(input->byte() % (n + 1), 4);  // a number of a page, or of the one behind the last
        break;
      case 5:
        put(0xFFFFFFFF, 4);
        break;
      case 6: {
        std::uint32_t value = 0;
        std::memcpy(&value, byte, std::min(sizeof value, left));
        put(value + input->byte() - 128, 4);
        break;
      }
      case 7:
        std::copy_n(sound_[input->byte() % n]->data(), kPageSize, bytes(page));
        break;
      case 8:
        std::fill_n(bytes(page), kPageSize, kind < 128 ? std::byte{} : std::byte{0xFF});
        break;
      default:
        pages_.resize(std::max(page, 1u));  // the file ends there
        break;
    }
  }

  std::vector<std::unique_ptr<Page>> sound_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<bool> touched_;
  std::size_t steps_ = 0;
  bool is_held_ = false;
};

/// The rows that checking shows. verify_index itself sees to it that none is there twice, which
/// changes rely on as on all that checking looks at.
class ShownRows {
 public:
  void clear() { rows_.clear(); }
  void add(RowId row) { rows_.push_back(row.packed()); }
  bool has_one_twice() {
    std::sort(rows_.begin(), rows_.end());
    return std::adjacent_find(rows_.begin(), rows_.end()) != rows_.end();
  }

 private:
  std::vector<std::uint64_t> rows_;
};

/// What was asked of an index that checking has found sound has an answer.
inline void require_answer(bool is_sound, const Status& status, const char* file = __builtin_FILE(),
                           int line = __builtin_LINE()) {
  if (is_sound && !status.ok() && status.code != StatusCode::kOutOfMemory) {
    std::fprintf(stderr, "status %d\n", static_cast<int>(status.code));
    require(false, file, line);
  }
}

}  // namespace vecext::fuzz
