// What sessions observe of the queries of an index, so that the effort of searches follows them
// (core/effort). One query in vecext.observe_one_in is searched for again with more effort. The
// user's result is that of the first search.
//
// Each user has observations of his own: nobody can lower the recall of another user's queries by
// many easy ones, nor make them slow by absurd ones.
#pragma once

#include "core/effort/missed_rows.h"
#include "pg/am/common/index_cache.h"

namespace vecext::pg {

/// vecext.observe_one_in; 0: no query is observed, and none is followed.
extern int observe_one_in;

/// Defines the setting. Call once, when the library is loaded.
void define_observed_effort();

/// True if the query that begins now is to be observed.
bool is_observed_query();

/// Sets *known to what is observed of the user's queries of the index by now: all but the means of
/// missed rows. Returns false, and leaves it, if that has not changed since known->queries. Never
/// raises an error.
bool load_observed(CachedFile* entry, Relation index, ObservedEffort* known);

/// Notes a query. Does nothing if there is no memory for it.
void note_observed(CachedFile* entry, const ObservedQuery& query);

}  // namespace vecext::pg
