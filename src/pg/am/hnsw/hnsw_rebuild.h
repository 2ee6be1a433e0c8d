// Rebuilds of graphs: they take in the pending rows and drop dead nodes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Frees the pages that an interrupted rebuild has left, if there was one. The caller holds
/// lock_changes().
void free_interrupted_rebuild(Relation index);

/// Rebuilds the graph of an index if it has pending rows, a delta graph or dead nodes. Returns
/// true if it did. The caller holds lock_changes().
bool rebuild_graph(Relation index);

/// Rebuilds the main or the delta graph if there are many pending rows, unless another backend
/// rebuilds or vacuums the index now. Inserts call the first when pending rows have filled another
/// page, `pending_pages` in all, and the second at the end of the statement.
void rebuild_if_many(Relation index, uint32 pending_pages);
void rebuild_after_inserts(Relation index);

/// The same for a private chain of this transaction: the rows go into a graph if one is due with
/// them, unless other changes of the index last longer than ten seconds. Nothing happens if its
/// pages have room for fewer than `least` rows.
void rebuild_with_private(Relation index, int64 least);

/// Rebuilds the main graph for VACUUM, if there are many pending or dead rows. It waits for other
/// rebuilds. `living` is the number of rows left; PG_INT64_MAX: not known.
void rebuild_if_due(Relation index, int64 living);

}  // namespace vecext::pg
