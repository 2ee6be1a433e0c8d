// Which documents of an index are in sets of rows that do not change (RowFilter::number), kept from
// one search to the next: to find them takes longer than many a search.
#pragma once

#include "core/text/search/document_rows.h"

namespace vecext::text {

class KeptBits {
 public:
  /// What is kept of a segment.
  struct Documents {
    DocumentBits bits;  // has no words until there is memory for them
    bool is_made;
  };

  /// Keeps nothing.
  KeptBits() : arena_(nullptr, nullptr) {}

  /// For the segments of a model, until that changes. Memory, `most` bytes at most, comes from
  /// `arena`, and is used again for other sets: the one used least recently goes.
  KeptBits(const Model& model, Arena arena, std::size_t most);

  /// The documents of segment `number` of the model that are in the set; null if they are not kept.
  Documents* of(std::uint64_t set, std::uint32_t number);

  /// Takes all documents out of what is not made yet. False: out of memory.
  bool reset(const Segment& segment, Documents* documents) const {
    if (documents->bits.words == nullptr) {
      return documents->bits.reset(segment, arena_);
    }
    documents->bits.clear(segment);
    return true;
  }

 private:
  static constexpr std::size_t kMostSets = 8;

  struct Set {
    std::uint64_t number = 0;
    std::uint64_t last_use = 0;
    Documents* of_segments = nullptr;
  };

  Arena arena_;
  std::uint32_t segments_ = 0;
  std::size_t sets_ = 0;
  std::uint64_t uses_ = 0;
  Set at_[kMostSets];
};

}  // namespace vecext::text
