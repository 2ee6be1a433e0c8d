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

/// Rebuilds the graph of an index if it has pending rows, a delta graph or dead nodes. Returns true
/// if it has rebuilt the graph. The caller holds lock_changes().
bool rebuild_graph(Relation index);

/// Rebuild the main or the delta graph if there are many pending rows, unless another backend
/// rebuilds or vacuums the index now. Inserts call rebuild_if_many() when pending rows have filled
/// another page, `pending_pages` in all, and rebuild_after_inserts() at the end of the statement.
void rebuild_if_many(Relation index, uint32 pending_pages);
void rebuild_after_inserts(Relation index);

/// Does the same with a private chain of this transaction: moves its rows into a graph if a rebuild
/// is due because of them, unless other changes of the index last longer than ten seconds. Does
/// nothing if the pages of the chain have room for fewer than `least` rows.
void rebuild_with_private(Relation index, int64 least);

/// Rebuilds the main graph for VACUUM, if there are many pending or dead rows. It waits for other
/// rebuilds. `living` is the number of rows that are left, or PG_INT64_MAX if it is not known.
void rebuild_if_due(Relation index, int64 living);

}  // namespace vecext::pg
