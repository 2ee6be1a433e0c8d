// The k documents of greatest score so far.
#pragma once

#include "core/base/ids.h"
#include "core/page/text_meta_page.h"
#include "core/result/k_smallest.h"
#include "core/text/search/query.h"

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

/// Where scores are upper bounds, it keeps all documents that may be among the k best: those whose
/// score is not below the k-th greatest of their lower bounds, which grow as scores do.
class TopDocuments {
 public:
  /// Starts again (k >= 1), with exact scores. False: out of memory.
  bool reset(std::int32_t k, Arena arena) {
    arena_ = arena;
    limit_ = 0;
    near_count_ = 0;
    return best_.reset(k, arena);
  }

  /// Says how far scores may be too high; before the first document.
  void set_slack(const ScoreSlack& slack) { slack_ = slack; }

  /// A document may be among the k best only if its score is greater.
  std::int32_t limit() const { return limit_; }

  /// False: out of memory.
  bool push(const FoundDocument& document) {
    best_.push(document);
    if (slack_.is_exact()) {
      limit_ = best_.full() ? best_.largest().score : 0;
      return true;
    }
    if (best_.full()) {
      limit_ = std::max(slack_.lower(best_.largest().score) - 1, 0);
    }
    if (!reserve(arena_, near_count_, near_count_ + 1, std::size_t{256}, &near_room_, &near_)) {
      return false;
    }
    near_[near_count_++] = document;
    return true;
  }

  /// All that may be among the k best.
  const FoundDocument* documents(std::size_t* count) {
    if (slack_.is_exact()) {
      *count = static_cast<std::size_t>(best_.count());
      return best_.begin();
    }
    FoundDocument* end = std::remove_if(near_, near_ + near_count_,
                                        [&](const FoundDocument& d) { return d.score <= limit_; });
    near_count_ = static_cast<std::size_t>(end - near_);
    *count = near_count_;
    return near_;
  }

 private:
  Arena arena_{nullptr, nullptr};
  KSmallest<FoundDocument> best_;
  ScoreSlack slack_;
  std::int32_t limit_ = 0;
  FoundDocument* near_ = nullptr;
  std::size_t near_count_ = 0;
  std::size_t near_room_ = 0;
};

}  // namespace vecext::text
