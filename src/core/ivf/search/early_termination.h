// Decides when a search without a number of probes stops: when the lists left are expected to have
// few rows that are nearer than the k-th row found. If there is a set, only rows of the set count.
// The model that tells how many rows to expect is fitted to the rows that the search has seen
// (docs/experiments/list-termination.md).
#pragma once

#include <array>

#include "core/result/candidates.h"
#include "core/ivf/search/list_distance_model.h"
#include "core/ivf/search/search_limits.h"

namespace vecext::ivf {

/// The mean recall that a search aims at by default, and the share of the k nearest rows that it
/// may then miss.
inline constexpr float kDefaultRecall = 0.95f;
inline constexpr float kDefaultMissing = 1 - kDefaultRecall;

/// The expected rows are counted when kQuietLists lists in turn have not changed the k nearest.
/// They are counted again when the number of lists that the model was fitted to has grown by the
/// share kCountedAfter.
inline constexpr std::int32_t kQuietLists = 8;
inline constexpr float kCountedAfter = 1.0f / 16;

/// The weight of what a list has shown decays by 1 - 1 / n with each later list. n is kRecentLists,
/// or the share kRecentShare of the lists that the model was fitted to if that is more. If there
/// are many lists, few of them have rows within the score, so the last 30 lists alone would say
/// nothing.
inline constexpr float kRecentLists = 30;
inline constexpr float kRecentShare = 0.5f;

class EarlyTermination {
 public:
  /// Decides for a search with these limits.
  EarlyTermination(const Model& model, const SearchQuery& query, const SearchLimits& limits);

  /// Takes memory from `arena`. Returns false if memory runs out.
  bool reserve(Arena arena) { return rest_.reserve(model_.lists(), arena); }

  /// Returns the estimated share of the rows in the lists left that are in the set, or 1 if there
  /// is no set.
  double match_rate() const;

  /// Notes that the list of `probe` was scanned. `before` and `after` are the counts before and
  /// after it, and `changed` says if the k nearest changed. `score` is about the k-th smallest
  /// score before the list, which counts.within refers to, or minus infinity if there were fewer
  /// than k.
  void looked_at(const Probe& probe, float score, const SearchCounts& before,
                 const SearchCounts& after, bool changed);

  /// True if the search may stop. `order` has the lists left, and `found` the rows found.
  bool enough(const ProbeOrder& order, const Candidates& found);

  /// Returns the effort that a search needs to come as far as this search has come. The effort is 1
  /// if kDefaultMissing of k rows may be missing, 2 if half as many may be missing, and so on. It
  /// is valid if limits.noted is not null.
  double effort() const { return k_ * kDefaultMissing * allowance_ / least_rest_; }

 private:
  /// Bins for deviations of scores from a list's mean, downwards in steps of a half.
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
  double missing_;  // how many of the k nearest rows may be missing
  bool notes_effort_;
  double least_rest_ = HUGE_VAL;  // the fewest rows that were expected to be missing so far
  ListDistanceModel distances_;
  ListsLeft rest_;
  std::int32_t quiet_ = 0;  // lists since the last change of the k nearest
  bool is_far_ = true;      // true if the query is far from each list scanned
  // True if more rows were within their scores than the widest model allows. The model then says
  // nothing of the lists left, and all of them are scanned. It happens if lengths of rows differ by
  // many orders of magnitude.
  bool is_refuted_ = false;
  std::int64_t set_rows_;     // rows of the set
  std::int64_t matched_ = 0;  // rows of the set that were seen in lists
  double seen_ = 0;           // rows that were seen in lists and tested, in the set or not
  double left_ = 0;           // rows in the lists left, in the set or not
  // Sums over all lists scanned: how many rows they have, and how many they had when the model was
  // loaded.
  double rows_ = 0;
  double known_rows_ = 0;
  // Sums over the lists scanned lately, in which later lists weigh more: of the rows tested, and of
  // the rows in the set. By the deviation of the score: of the rows compared, and of the rows
  // within the score.
  double lately_tested_ = 0;
  double lately_matched_ = 0;
  float fitted_ = 0;      // lists that the model was fitted to
  float next_count_ = 0;  // expected rows may be counted again when fitted_ reaches this
  Bins compared_{};
  Bins within_{};
};

}  // namespace vecext::ivf
