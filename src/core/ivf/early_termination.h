// When a search stops of itself: when the lists left are expected to have few rows, of the set if
// there is one, that are nearer than the k-th found. The law of expected rows is fitted to the rows
// that the search has seen, README.md has its measurement.
#pragma once

#include <array>

#include "core/result/candidates.h"
#include "core/ivf/list_distance_model.h"
#include "core/ivf/search_limits.h"

namespace vecext::ivf {

/// The mean recall that a search aims at where none is asked for.
inline constexpr float kDefaultRecall = 0.95f;

/// The lists left are counted up after so many lists without a change of the k nearest; the next
/// time not before the lists that the law was fitted to have grown by this share.
inline constexpr std::int32_t kQuietLists = 8;
inline constexpr float kCountedAfter = 1.0f / 16;

/// What a list has shown counts for 1 - 1 / n of it a list later, n being the lists counted as
/// recent: so many, or this share of those that the law was fitted to. Of many lists few have rows
/// within the key, so that the last 30 say nothing of the law.
inline constexpr float kRecentLists = 30;
inline constexpr float kRecentShare = 0.5f;

class EarlyTermination {
 public:
  /// For a search with these limits.
  EarlyTermination(const Model& model, const SearchQuery& query, const SearchLimits& limits);

  /// Takes its memory from `arena`; false where there is none.
  bool reserve(Arena arena) { return rest_.reserve(model_.lists(), arena); }

  /// The share of rows that are in the set, in the lists left, about; 1 where there is no set.
  double match_rate() const;

  /// Takes note of a list that was looked at, of the counts before and after, and whether the k
  /// nearest changed. `key`: the k-th smallest before, about, by which counts.within was made;
  /// minus infinity before there were k.
  void looked_at(const Probe& probe, float key, const SearchCounts& before,
                 const SearchCounts& after, bool changed);

  /// Is it enough? `order` has the lists left.
  bool enough(const ProbeOrder& order, const Candidates& found);

 private:
  /// Deviations of keys below a list's mean, by halves.
  static constexpr std::int32_t kBins = 64;
  using Bins = std::array<float, kBins>;

  void count_matches(const Probe& probe, std::int64_t scored, std::int64_t tested,
                     std::int64_t matched);
  float key_of(float kth) const;
  float fitted_stretch() const;
  bool is_rest_small(const ProbeOrder& order, float key);

  const Model& model_;
  bool has_set_;
  double missing_;  // rows of the k nearest that the recall lets be missing
  ListDistanceModel distances_;
  ListsLeft rest_;
  std::int32_t quiet_ = 0;  // lists since the k nearest have changed
  // More rows were within their keys than the widest law has: it says nothing of the lists left,
  // all of which are looked at. Lengths that differ by many decades do that.
  bool is_refuted_ = false;
  // Rows of the set: in it; seen in lists; and in the lists left, all rows.
  std::int64_t set_rows_;
  std::int64_t matched_ = 0;
  double seen_ = 0;  // as matched_, less what was not tested
  double left_ = 0;
  // Of the lists looked at lately: rows tested, and in the set; rows compared, and of these
  // within the key, by the deviation of the key.
  double lately_tested_ = 0;
  double lately_matched_ = 0;
  float fitted_ = 0;      // lists that the law was fitted to
  float next_count_ = 0;  // when so many, the lists left may be counted up again
  Bins compared_{};
  Bins within_{};
};

}  // namespace vecext::ivf
