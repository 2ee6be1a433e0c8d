// The pages of one part of a segment while it is written. Each page is filled in memory, and
// written once.
#pragma once

#include "core/base/arena.h"
#include "core/page/bulk.h"
#include "core/page/text_pages.h"

namespace vecext::postings {

/// Writes finished pages to a BulkStore. It hides the type of the store behind a pointer to a
/// function, so that the code that fills pages is compiled only once.
struct PageSink {
  /// Writes a page whose bytes, from its head on, are at `page`, and sets `*id` to its page number.
  Status (*write)(void* context, const std::byte* page, PageId* id);
  void* context;
};

template <BulkStore B>
PageSink sink_of(B& bulk) {
  return {[](void* context, const std::byte* page, PageId* id) -> Status {
            std::byte* bytes;
            VECEXT_TRY(static_cast<B*>(context)->add(id, &bytes));
            constexpr std::size_t kHead = kPayloadOffset - sizeof(PageHead);
            __builtin_memcpy(bytes + kHead, page + kHead, kPageSize - kHead);
            // A merge reads other pages before it writes its next page, so this page must not stay
            // locked.
            static_cast<B*>(context)->end_change();
            return {};
          },
          &bulk};
}

class PageList {
 public:
  Status begin(Arena arena, const PageSink& sink, TextPart part, std::uint32_t chain) {
    arena_ = arena;
    sink_ = sink;
    part_ = part;
    chain_ = chain;
    page_ = arena.array<std::byte>(kPageSize);
    if (page_ == nullptr) {
      return out_of_memory();
    }
    open();
    return {};
  }

  /// Return the page that is being filled, its place in the part, and its count of entries.
  std::byte* page() const { return page_; }
  std::uint32_t place() const { return count_; }
  std::uint16_t& rows() const { return page_head(page_)->rows; }

  /// Writes the page and starts the next one.
  Status next() {
    if (!reserve(arena_, count_, count_ + 1, 64u, &room_, &ids_)) {
      return out_of_memory();
    }
    const Status status = sink_.write(sink_.context, page_, ids_ + count_);
    ++count_;
    open();
    return status;
  }

  /// Writes the last page, unless it is empty.
  Status finish() { return rows() > 0 ? next() : Status{}; }

  const PageId* ids() const { return ids_; }
  std::uint32_t count() const { return count_; }

 private:
  void open() { init_page(page_, kind_of(part_), 0, chain_); }

  Arena arena_{nullptr, nullptr};
  PageSink sink_{};
  TextPart part_{};
  std::uint32_t chain_ = 0;
  std::byte* page_ = nullptr;
  PageId* ids_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
};

}  // namespace vecext::postings
