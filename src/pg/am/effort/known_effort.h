// What is known of the effort that the queries of an index need: by observing them, or by
// vecext.calibrate().
#pragma once

#include "core/effort/calibrated_effort.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/effort/observed_effort.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A part of the index's entry in the cache. Zeros: nothing is known.
struct KnownEffort {
  KnownOfClasses observed;
  CalibratedEffort calibrated;
  char text[kMostEffortText];  // that `calibrated` was read from
};

/// Brings it up to date for the user and the options of the index.
void load_effort(CachedFile* entry, Relation index, KnownEffort* known);

/// How far searches for k rows go, if that is known.
struct SearchedEffort {
  QueryEffort needed;
  double most;       // as a multiple of the effort of trials
  bool is_observed;  // of such searches
};

/// How many times as many rows as usual the user's searches for so many miss now; at least 1.
float harder_now(const KnownEffort& known, SearchWay way, int32 rows);

/// What was observed of the user's searches for about k rows, if they are enough; otherwise what
/// vecext.calibrate() has measured, for up to a hundred rows, and not of a set; otherwise not
/// known, so that trials decide.
SearchedEffort effort_for(const KnownEffort& known, SearchWay way, double k);

/// While it is not 0, all searches have this effort, whatever is known and set: vecext.calibrate()
/// measures what they find.
extern float forced_effort;

}  // namespace vecext::pg
