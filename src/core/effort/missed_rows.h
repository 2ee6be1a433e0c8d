// The share of a query's nearest rows that searches miss, by effort, as observed queries show it.
// An observed query is searched for a second time, with more effort, and the effort that each of
// its rows needed is noted. The weight of earlier queries decays by half-lives. No vector is kept.
//
// An effort is how far a search goes. Each method has a unit of its own, but efforts are relative
// here: 1 is the effort that trials with hard queries found to be enough for a recall of .95.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/effort/query_effort.h"

namespace vecext {

/// How many steps of effort there are between 1/32 and 8, eight for each doubling.
inline constexpr std::int32_t kEffortSteps = 65;
double effort_of_step(std::int32_t step);

/// Means over queries: for each step of effort, of the share missed and of its square. All fields
/// are zero before the first query.
struct MissedRows {
  float missed_by_first;   // sum of the shares that first searches have missed
  float expected_to_miss;  // sum of the shares of rows that needed more effort than first searches
                           // had
  float weight;            // sum of the queries' weights; a query has weight 1 when it is observed
  float squared_weight;    // sum of the squares of these weights
  float sum[kEffortSteps];
  float squares[kEffortSteps];

  /// Forgets a part of what is known: multiplies the weight of each query by `factor`.
  void forget(float factor);

  /// Adds a query. beyond[i] is the share of its rows that need more than the effort of step i. Its
  /// first search missed the share `missed` of its rows, and was expected to miss the share
  /// `expected`.
  void add(const float* beyond, float missed, float expected);

  /// Returns how many rows searches miss for each row that seems to need more effort. It is mostly
  /// less than 1: with less effort a search has fewer nodes or lists to choose from, so that some
  /// rows come sooner.
  double truly_missed() const;

  /// Returns how many queries of equal weight would say as much as the weighted queries do.
  double queries() const { return squared_weight > 0 ? weight / squared_weight * weight : 0; }

  /// Returns the mean share missed at a step, plus `errors` standard errors. `errors` may be
  /// negative.
  double missed(std::int32_t step, double errors) const;

  /// Returns the least step from which on missed(step, errors) is at most `share`, or kEffortSteps
  /// if no step has that.
  std::int32_t least_step(double share, double errors) const;
};

/// A query that was searched for twice.
struct ObservedQuery {
  const float* needed;    // by row, nearest first: the effort that it needed
  const bool* is_missed;  // by row: true if the first search has missed it
  std::int32_t count;     // > 0
  std::int32_t
      nearest;    // > 0; the share missed of this many nearest counts if it is greater than of all
  double effort;  // of the first search
  double steps;   // nodes or lists of the first search
  std::int32_t wanted;  // rows that the first search was for
};

/// How many queries have to be observed before the effort follows them.
inline constexpr std::uint32_t kFewestObserved = 200;

/// What is observed of the queries of one user of an index, and the efforts that follow from it.
/// All fields are zero before anything is observed.
struct ObservedEffort {
  /// The memories that `means` has. The longest is of the last hundreds of queries. A change to
  /// harder queries shows in the shorter memories first.
  static constexpr std::size_t kMemoryCount = 3;
  static constexpr std::size_t kLongest = 0;
  MissedRows means[kMemoryCount];
  std::uint32_t queries;
  float harder;  // searches miss this many times as many rows now as they usually do, from 1 to 4;
                 // 0 if it is not known
  QueryEffort known;  // the efforts that follow from the means; they are zero until enough queries
                      // were observed

  void add(const ObservedQuery& query);

  /// Sets `known` from the means if enough queries were observed.
  void set_efforts();

  /// Begins with efforts that were kept, as if the memories were full of queries that need these
  /// efforts. `observed` is how many queries were observed. Returns false, and changes nothing, if
  /// no searches can have had these efforts.
  bool restore(const QueryEffort& kept, std::uint32_t observed);
};

}  // namespace vecext
