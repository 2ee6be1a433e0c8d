// Lists of hits as one.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Reciprocal rank fusion or distribution-based score fusion of the lists, as the query says: the
/// best `limit` points.
Hits fuse(const Query& query, const Hits* lists, int list_count, int64 limit);

/// The ids that some list has, each once.
Datum union_of_ids(const Collection& collection, const Hits* lists, int list_count);

/// The `limit` points that maximal marginal relevance chooses, by nearest.mmr, with their own
/// scores.
Hits choose_different(const Query& query, const Nearest& nearest, const Hits& candidates,
                      int64 limit);

}  // namespace vecext::pg
