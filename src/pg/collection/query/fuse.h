// Lists of hits as one.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The lists of the query's prefetches as one: the best `limit` rows, each with its places in the
/// lists, to which it refers.
Hits fuse(const Query& query, const Fusion& fusion, const Hits* lists, int64 limit);

/// The ids that some list has, each once.
Datum union_of_ids(const Collection& collection, const Hits* lists, int list_count);

/// The `limit` points that maximal marginal relevance chooses, by nearest.mmr, with their own
/// scores.
Hits choose_different(const Query& query, const Nearest& nearest, const Hits& candidates,
                      int64 limit);

}  // namespace vecext::pg
