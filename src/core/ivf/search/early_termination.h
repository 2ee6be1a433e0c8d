// When a search stops that has no number of probes: when few rows nearer than the k-th found (rows
// of the set, if there is one) are expected in the lists left. The model of expected rows is fitted
// to the rows that the search has seen (docs/experiments/list-termination.md).
#pragma once

#include <array>

#include "core/result/candidates.h"
#include "core/ivf/search/list_distance_model.h"
#include "core/ivf/search/search_limits.h"

namespace vecext::ivf {

/// The mean recall that a search aims at by default, and the share of rows that it may miss.
inline constexpr float kDefaultRecall = 0.95f;
inline constexpr float kDefaultMissing = 1 - kDefaultRecall;

/// Expected rows are counted after kQuietLists lists without a change of the k nearest, and again
/// when the lists that the model was fitted to have grown by the share kCountedAfter.
inline constexpr std::int32_t kQuietLists = 8;
inline constexpr float kCountedAfter = 1.0f / 16;

/// The weight of a list decays by 1 - 1 / n with each later list, n being kRecentLists, or the
/// share kRecentShare of the lists that the model was fitted to if that is more. Few of many lists
/// have rows within the score, so the last 30 alone say nothing.
inline constexpr float kRecentLists = 30;
inline constexpr float kRecentShare = 0.5f;

class EarlyTermination {
 public:
  /// For a search with these limits.
  EarlyTermination(const Model& model, const SearchQuery& query, const SearchLimits& limits);

  /// Takes its memory from `arena`; false where there is none.
  bool reserve(Arena arena) { return rest_.reserve(model_.lists(), arena); }

  /// The estimated share of the rows in the lists left that are in the set; 1 if there is no set.
  double match_rate() const;

  /// Notes a list that was scanned, with the counts before and after, and whether the k nearest
  /// changed. `score` is about the k-th smallest before, which counts.within refers to; minus
  /// infinity before there were k.
  void looked_at(const Probe& probe, float score, const SearchCounts& before,
                 const SearchCounts& after, bool changed);

  /// True if the search may stop. `order` has the lists left.
  bool enough(const ProbeOrder& order, const Candidates& found);

  /// The effort that a search needs to come as far as this one: how many times fewer rows may be
  /// missing than kDefaultMissing of them. Only where limits.noted is not null.
  double effort() const { return k_ * kDefaultMissing * allowance_ / least_rest_; }

 private:
  /// Deviations of scores below a list's mean, in steps of a half.
  static constexpr std::int32_t kBins = 64;
  using Bins = std::array<float, kBins>;

  void count_matches(const Probe& probe, std::int64_t scored, std::int64_t tested,
                     std::int64_t matched);
  float score_of(float kth) const;
  double growth() const;
  float fitted_stretch() const;
  bool is_rest_small(const ProbeOrder& order, float score);

  const Model& model_;
  bool has_set_;
  double k_;
  double allowance_;
  double missing_;  // rows of the k nearest that may be missing
  bool notes_effort_;
  double least_rest_ = HUGE_VAL;  // the fewest rows that were expected to be missing
  ListDistanceModel distances_;
  ListsLeft rest_;
  std::int32_t quiet_ = 0;  // lists since the last change of the k nearest
  bool is_far_ = true;      // from each list scanned
  // True if more rows were within their scores than the widest model allows. It then says nothing
  // of the lists left, and all of them are scanned. Lengths that differ by many orders of magnitude
  // cause that.
  bool is_refuted_ = false;
  // Rows of the set; rows of it seen in lists; and all rows in the lists left.
  std::int64_t set_rows_;
  std::int64_t matched_ = 0;
  double seen_ = 0;  // like matched_, without rows that were not tested
  double left_ = 0;
  // Sums over all lists scanned: their rows, and those that they had when the model was loaded.
  double rows_ = 0;
  double known_rows_ = 0;
  // Sums over the lists scanned lately: rows tested, and in the set; rows compared, and those of
  // them within the score, by the deviation of the score.
  double lately_tested_ = 0;
  double lately_matched_ = 0;
  float fitted_ = 0;      // lists that the model was fitted to
  float next_count_ = 0;  // when fitted_ reaches it, expected rows may be counted again
  Bins compared_{};
  Bins within_{};
};

}  // namespace vecext::ivf
