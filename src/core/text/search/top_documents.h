// The k documents of greatest score so far.
#pragma once

#include "core/base/ids.h"
#include "core/page/text_meta_page.h"
#include "core/result/k_smallest.h"

namespace vecext::text {

/// A document found: of a segment, or, if `segment` is kPendingSegment, number `document` of the
/// pending ones that match.
struct FoundDocument {
  std::int32_t score;
  std::uint32_t segment;
  DocumentId document;

  /// Better ones first.
  friend bool operator<(const FoundDocument& a, const FoundDocument& b) {
    return a.score > b.score;
  }
};
inline constexpr std::uint32_t kPendingSegment = 0xFFFFFFFF;

class TopDocuments {
 public:
  /// Starts again (k >= 1). False: out of memory.
  bool reset(std::int32_t k, Arena arena) { return best_.reset(k, arena); }

  /// A document is among the k best if its score is greater.
  std::int32_t limit() const { return best_.full() ? best_.largest().score : 0; }

  void push(const FoundDocument& document) { best_.push(document); }

  const FoundDocument* begin() const { return best_.begin(); }
  std::int32_t count() const { return best_.count(); }

 private:
  KSmallest<FoundDocument> best_;
};

}  // namespace vecext::text
