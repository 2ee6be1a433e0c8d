// Makes one list of hits out of several.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Fuses the lists of the query's prefetches, and returns the `limit` best rows. Hit::listed of a
/// row has its places in `lists`, and refers to them.
Hits fuse(const Query& query, const Fusion& fusion, const Hits* lists, int64 limit);

/// Returns an array of the ids that at least one list has, each once.
Datum union_of_ids(const Collection& collection, const Hits* lists, int list_count);

/// Returns the `limit` points that maximal marginal relevance chooses from `candidates` with the
/// parameters nearest.mmr. The points keep their scores.
Hits choose_different(const Query& query, const Nearest& nearest, const Hits& candidates,
                      int64 limit);

}  // namespace vecext::pg
