// Which share of a query's nearest rows searches miss, by effort: what observed queries tell. An
// observed query is searched for a second time, with more effort, and the effort that each of its
// rows needed is noted. Old queries are forgotten by half-lives. No vector is kept.
//
// An effort is how far a search goes; each method has its own unit. Efforts are relative here: 1 is
// what trials with hard queries found to be enough for a recall of .95.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/effort/query_effort.h"

namespace vecext {

/// Efforts between 1/32 and 8 are in steps, eight for each doubling.
inline constexpr std::int32_t kEffortSteps = 65;
double effort_of_step(std::int32_t step);

/// Means over queries of the share missed at each step of effort, and of its square. All zeros
/// before the first query.
struct MissedRows {
  float missed_by_first;   // sum of the shares that first searches have missed
  float expected_to_miss;  // sum of the shares whose rows needed more effort than these had
  float weight;            // of all queries: each had 1 when it was observed
  float squared_weight;    // sum of their squares
  float sum[kEffortSteps];
  float squares[kEffortSteps];

  /// Forgets a part of what is known: each weight is multiplied by `factor`.
  void forget(float factor);

  /// Adds a query: beyond[i] is the share of its rows that need more than the effort of step i.
  void add(const float* beyond, float missed, float expected);

  /// Rows that searches miss, for each that seems to need more effort: mostly less than 1. With
  /// less effort a search has fewer nodes or lists to choose from, so that some rows come sooner.
  double truly_missed() const;

  /// How many queries of the same weight would tell as much.
  double queries() const { return squared_weight > 0 ? weight / squared_weight * weight : 0; }

  /// The mean share missed at a step, and a number of standard errors more, or less.
  double missed(std::int32_t step, double errors) const;

  /// The least step from which on missed(step, errors) is at most `share`; kEffortSteps: there is
  /// none.
  std::int32_t least_step(double share, double errors) const;
};

/// A query that was searched for twice.
struct ObservedQuery {
  const float* needed;    // efforts that its rows needed, nearest first
  const bool* is_missed;  // for each: the first search has missed it
  std::int32_t count;     // > 0
  std::int32_t
      nearest;    // > 0: the share missed of so many counts, if it is greater than that of all
  double effort;  // of the first search
  double steps;   // of it
  std::int32_t wanted;  // rows that it was for
};

/// Queries that have to be observed before the effort follows them.
inline constexpr std::uint32_t kFewestObserved = 200;

/// What is observed of the queries of one user of an index, and the efforts that follow. Zeros:
/// nothing yet.
struct ObservedEffort {
  /// The longest memory is of the last hundreds of queries. A change to harder ones shows in the
  /// shorter ones first.
  static constexpr std::size_t kMemoryCount = 3;
  static constexpr std::size_t kLongest = 0;
  MissedRows means[kMemoryCount];
  std::uint32_t queries;
  float harder;  // how many times as many rows as usual searches miss now, from 1 to 4; 0: unknown
  QueryEffort known;  // what follows; efforts are zeros until enough queries were observed

  void add(const ObservedQuery& query);

  /// Sets the efforts, once enough queries were observed.
  void set_efforts();

  /// Begins with efforts that were kept, as if as many queries as memories last for had been
  /// observed that need them. False, and nothing is changed, if no searches can have had these.
  bool restore(const QueryEffort& kept, std::uint32_t observed);
};

}  // namespace vecext
