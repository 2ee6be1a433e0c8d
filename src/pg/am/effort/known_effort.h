// What is known of the effort that the queries of an index need, from observed queries or from
// vecext.calibrate().
#pragma once

#include "core/effort/calibrated_effort.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/effort/observed_effort.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What is known of an index's queries, a part of the index's entry in the cache. All members are
/// zero if nothing is known.
struct KnownEffort {
  KnownOfClasses observed;
  CalibratedEffort calibrated;
  char text[kMostEffortText];  // the text that `calibrated` was read from
};

/// Brings *known up to date for the user and the options of the index.
void load_effort(CachedFile* entry, Relation index, KnownEffort* known);

/// How far searches for k rows should go, if that is known.
struct SearchedEffort {
  QueryEffort needed;
  double most;       // how far searches go at the most, as a multiple of the effort of trials
  bool is_observed;  // true if `needed` is known from observed searches
};

/// Returns the factor, at least 1, by which the user's searches for `rows` rows miss more rows now
/// than usual.
float harder_now(const KnownEffort& known, SearchWay way, int32 rows);

/// Returns what was observed of the user's searches for about k rows, if enough of them were
/// observed. Otherwise returns what vecext.calibrate() has measured, if k is at most a hundred and
/// the search is not of a set. Otherwise returns a SearchedEffort that is not known, so that trials
/// decide.
SearchedEffort effort_for(const KnownEffort& known, SearchWay way, double k);

/// While it is not 0, all searches have this effort, whatever is known and set. vecext.calibrate()
/// sets it to measure what such searches find.
extern float forced_effort;

}  // namespace vecext::pg
