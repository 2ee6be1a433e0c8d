// Keeps the k documents that have the greatest scores so far.
#pragma once

#include <algorithm>
#include <functional>

#include "core/base/ids.h"
#include "core/page/text_meta_page.h"
#include "core/result/k_smallest.h"
#include "core/postings/search/postings_query.h"

namespace vecext::postings {

/// A document that a search has found. `document` is its number in segment `segment`, or, if
/// `segment` is kPendingSegment, its number among the pending documents that match.
struct FoundDocument {
  std::int32_t score;
  std::uint32_t segment;
  DocumentId document;

  /// A document with a greater score comes first.
  friend bool operator<(const FoundDocument& a, const FoundDocument& b) {
    return a.score > b.score;
  }
};
inline constexpr std::uint32_t kPendingSegment = 0xFFFFFFFF;

/// Counts how many of the documents seen have a score in each of many ranges of scores. The ranges
/// are so fine that the counts give a limit for pruning that is close to the k-th greatest score.
class ScoreCounts {
 public:
  /// Forgets all scores. Returns false if memory runs out.
  bool reset(std::size_t k, Arena arena) {
    if (counts_ == nullptr) {
      counts_ = arena.array<std::uint32_t>(kScores);
    }
    if (counts_ == nullptr) {
      return false;
    }
    std::fill_n(counts_, kScores, 0u);
    k_ = k;
    least_ = 0;
    seen_ = 0;
    return true;
  }

  /// Counts a score, which must be greater than below(). Returns the new below(), which is less
  /// than the k-th greatest score so far.
  std::int32_t add(std::int32_t score) {
    ++counts_[std::min(score >> kShift, kScores - 1)];
    ++seen_;
    while (seen_ - counts_[least_] >= k_) {
      seen_ -= counts_[least_++];
    }
    return below();
  }
  std::int32_t below() const { return std::max((least_ << kShift) - 1, 0); }

 private:
  static constexpr int kShift = 18;
  static constexpr std::int32_t kScores = 1 << 12;

  std::uint32_t* counts_ = nullptr;
  std::size_t k_ = 0;
  std::int32_t least_ = 0;
  std::size_t seen_ = 0;  // documents seen that have that score or a greater one
};

/// Keeps the k best documents. If scores are upper bounds, it keeps all documents that may be among
/// the k best, which are the documents whose score is not below the k-th greatest lower bound. A
/// greater score always has a greater or equal lower bound.
class TopDocuments {
 public:
  /// Forgets all documents, and begins with exact scores and `k` >= 1. Returns false if memory runs
  /// out.
  bool reset(std::int32_t k, Arena arena) {
    arena_ = arena;
    limit_ = 0;
    count_ = 0;
    k_ = static_cast<std::size_t>(k);
    has_heap_ = k <= kMostInHeap;
    slack_ = {};
    return has_heap_ ? best_.reset(k, arena) : scores_.reset(k_, arena);
  }

  /// Says by how much scores may be too high. It must be called before the first document is
  /// pushed. Returns false if memory runs out.
  bool set_slack(const ScoreSlack& slack) {
    slack_ = slack;
    const bool needs_heap = !slack.is_exact() && !has_heap_;
    has_heap_ = has_heap_ || needs_heap;
    return !needs_heap || best_.reset(static_cast<std::int32_t>(k_), arena_);
  }

  /// Returns the score that a document must exceed to be among the k best.
  std::int32_t limit() const { return limit_; }

  /// Adds a document whose score is above limit(). Returns false if memory runs out.
  bool push(const FoundDocument& document) {
    if (has_heap_) {
      best_.push(document);
      if (slack_.is_exact()) {
        limit_ = best_.full() ? best_.largest().score : 0;
        return true;
      }
      if (best_.full()) {
        limit_ = std::max(slack_.lower(best_.largest().score) - 1, 0);
      }
    } else {
      if (document.score <= limit_) {
        return true;
      }
      limit_ = std::max(limit_, scores_.add(document.score));
    }
    if (!reserve(arena_, count_, count_ + 1, std::size_t{256}, &room_, &some_)) {
      return false;
    }
    some_[count_++] = document;
    return has_heap_ || count_ < 4 * k_ || keep_best();
  }

  /// Sets `*documents` to all documents that may be among the k best. If k is greater than
  /// kMostInHeap, they are in the order in which they were found. Returns false if memory runs out.
  bool documents(FoundDocument** documents, std::size_t* count) {
    if (has_heap_ && slack_.is_exact()) {
      *documents = best_.begin();
      *count = static_cast<std::size_t>(best_.count());
      return true;
    }
    drop_far(has_heap_ ? limit_ : scores_.below());
    if (!has_heap_ && count_ > k_ && !keep_best()) {
      return false;
    }
    *documents = some_;
    *count = count_;
    return true;
  }

 private:
  /// The greatest k for which a heap is used. For a greater k, counting scores takes less time than
  /// a heap, and raises the limit as early.
  static constexpr std::int32_t kMostInHeap = 64;

  void drop_far(std::int32_t limit) {
    FoundDocument* end = std::remove_if(some_, some_ + count_,
                                        [&](const FoundDocument& d) { return d.score <= limit; });
    count_ = static_cast<std::size_t>(end - some_);
  }

  /// Drops all but the k best documents. Among documents with equal scores, those that were found
  /// first stay. Returns false if memory runs out.
  bool keep_best() {
    if (!reserve(arena_, std::size_t{0}, count_, std::size_t{256}, &order_room_, &order_)) {
      return false;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      order_[i] = some_[i].score;
    }
    std::nth_element(order_, order_ + (k_ - 1), order_ + count_, std::greater<>());
    const std::int32_t least = order_[k_ - 1];
    std::size_t equal = static_cast<std::size_t>(std::count(order_, order_ + k_, least));
    FoundDocument* end = std::remove_if(some_, some_ + count_, [&](const FoundDocument& d) {
      const bool is_kept = d.score > least || (d.score == least && equal > 0);
      equal -= is_kept && d.score == least ? 1 : 0;
      return !is_kept;
    });
    count_ = static_cast<std::size_t>(end - some_);
    limit_ = std::max(limit_, least);
    return true;
  }

  Arena arena_{nullptr, nullptr};
  std::size_t k_ = 0;
  bool has_heap_ = false;
  KSmallest<FoundDocument> best_;
  ScoreCounts scores_;
  ScoreSlack slack_;
  std::int32_t limit_ = 0;
  FoundDocument* some_ = nullptr;  // without a heap: documents that include the k best; with a
                                   // heap: documents that may be among the k best
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::int32_t* order_ = nullptr;
  std::size_t order_room_ = 0;
};

}  // namespace vecext::postings
