// The share of a query's nearest rows that searches miss, by effort, as observed queries show it.
// An observed query is searched for a second time, with more effort, and the effort that each of
// its rows needed is noted. Old queries are forgotten by half-lives. No vector is kept.
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

/// Means over queries of the share missed at each step of effort, and of its square. All fields are
/// zero before the first query.
struct MissedRows {
  float missed_by_first;   // sum of the shares that first searches have missed
  float expected_to_miss;  // sum of the shares whose rows needed more effort than first searches
                           // had
  float weight;            // sum of the queries' weights; each had 1 when it was observed
  float squared_weight;    // sum of the squares of these weights
  float sum[kEffortSteps];
  float squares[kEffortSteps];

  /// Forgets a part of what is known: each weight is multiplied by `factor`.
  void forget(float factor);

  /// Adds a query: beyond[i] is the share of its rows that need more than the effort of step i.
  /// First searches missed the share `missed` of its rows, and were expected to miss `expected`.
  void add(const float* beyond, float missed, float expected);

  /// Returns how many rows searches miss for each row that seems to need more effort: mostly less
  /// than 1. With less effort a search has fewer nodes or lists to choose from, so that some rows
  /// come sooner.
  double truly_missed() const;

  /// Returns how many queries of equal weight would say as much.
  double queries() const { return squared_weight > 0 ? weight / squared_weight * weight : 0; }

  /// Returns the mean share missed at a step, plus a number of standard errors, which may be
  /// negative.
  double missed(std::int32_t step, double errors) const;

  /// Returns the least step from which on missed(step, errors) is at most `share`, or kEffortSteps
  /// if there is no such step.
  std::int32_t least_step(double share, double errors) const;
};

/// A query that was searched for twice.
struct ObservedQuery {
  const float* needed;    // efforts that its rows needed, nearest first
  const bool* is_missed;  // for each row, true if the first search has missed it
  std::int32_t count;     // > 0
  std::int32_t
      nearest;  // > 0; the share missed of so many nearest counts if it is greater than that of all
  double effort;        // of the first search
  double steps;         // nodes or lists of the first search
  std::int32_t wanted;  // rows that the first search was for
};

/// Queries that have to be observed before the effort follows them.
inline constexpr std::uint32_t kFewestObserved = 200;

/// What is observed of the queries of one user of an index, and the efforts that follow. All fields
/// are zero before anything is observed.
struct ObservedEffort {
  /// The longest memory is of the last hundreds of queries. A change to harder ones shows in the
  /// shorter ones first.
  static constexpr std::size_t kMemoryCount = 3;
  static constexpr std::size_t kLongest = 0;
  MissedRows means[kMemoryCount];
  std::uint32_t queries;
  float harder;  // how many times as many rows as usual searches miss now, from 1 to 4; 0 if it is
                 // unknown
  QueryEffort known;  // what follows from the means; efforts are zero until enough queries were
                      // observed

  void add(const ObservedQuery& query);

  /// Sets the efforts, once enough queries were observed.
  void set_efforts();

  /// Begins with efforts that were kept, as if the memories were full of queries that need them.
  /// Returns false, and changes nothing, if no searches can have had these efforts.
  bool restore(const QueryEffort& kept, std::uint32_t observed);
};

}  // namespace vecext
