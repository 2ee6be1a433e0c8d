// Reads the posting list of a term, posting by posting.
#pragma once

#include "core/postings/segment/posting_reader.h"

namespace vecext::postings {

/// What is kept while the lists of a segment are read one after another: the postings that were
/// read last, and the place of the last page of short lists, since the next short list is mostly on
/// the same page.
struct ListMemory {
  Postings postings;
  std::uint64_t short_place;  // place of that page in its part; UINT64_MAX if none was read
  std::byte short_page[kPageSize];

  /// Returns new memory, or null if memory runs out.
  static ListMemory* make(Arena arena) {
    auto* memory = arena.array<ListMemory>(1);
    if (memory != nullptr) {
      memory->short_place = UINT64_MAX;
    }
    return memory;
  }
};

template <PageStore S>
class PostingCursor {
 public:
  /// Goes to the first posting of a term. `memory` must not have been used for lists of another
  /// segment.
  Status begin(S& store, const Segment& segment, const TermEntry& entry, ListMemory* memory) {
    segment_ = &segment;
    entry_ = entry;
    memory_ = memory;
    block_ = 0;
    at_ = 0;
    return entry.is_short() ? read_short(store) : read(store);
  }

  Status next(S& store) {
    if (++at_ < memory_->postings.count || ++block_ >= blocks()) {
      return {};
    }
    at_ = 0;
    return read(store);
  }

  bool is_end() const { return block_ >= blocks(); }
  DocumentId document() const { return memory_->postings.documents[at_]; }
  std::uint32_t extra() const { return memory_->postings.extra[at_]; }
  /// Returns the head of the present block. The term must have blocks.
  const BlockHead& head() const { return head_; }
  bool is_first_of_block() const { return at_ == 0; }

 private:
  std::uint64_t blocks() const { return entry_.is_short() ? 1 : entry_.blocks(); }
  Status read_short(S& store) {
    if (entry_.df == 1) {
      return decode_short_list(nullptr, entry_, segment_->entry.documents, &memory_->postings);
    }
    const std::uint64_t place = entry_.place / kPayloadSize;
    if (place > UINT32_MAX) {
      return corrupt();
    }
    if (place != memory_->short_place) {
      memory_->short_place = UINT64_MAX;
      const Status status =
          read_part(store, *segment_, kShortPages, static_cast<std::uint32_t>(place),
                    [&](const std::byte* page) -> Status {
                      __builtin_memcpy(memory_->short_page, page, kPageSize);
                      return {};
                    });
      if (!status.ok()) {
        return status;
      }
      memory_->short_place = place;
    }
    return decode_short_list(memory_->short_page, entry_, segment_->entry.documents,
                             &memory_->postings);
  }
  Status read(S& store) {
    store.poll();
    return read_block(store, *segment_, entry_, block_, &head_, &memory_->postings);
  }

  const Segment* segment_ = nullptr;
  TermEntry entry_{};
  ListMemory* memory_ = nullptr;
  BlockHead head_{};
  std::uint64_t block_ = 0;
  std::uint32_t at_ = 0;
};

}  // namespace vecext::postings
