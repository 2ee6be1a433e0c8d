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

/// Moves the rows of this transaction's private chain into a graph, if a rebuild is due because of
/// these rows. Waits up to ten seconds for other changes of the index to end; if they last longer,
/// leaves the rows where they are. Does nothing if the pages of the chain have room for fewer than
/// `least` rows.
void rebuild_with_private(Relation index, int64 least);

/// Rebuilds the main graph if there are many pending or dead rows, or if the file could then become
/// much shorter. VACUUM calls it. It waits for other rebuilds. `living` is the number of rows that
/// are left, or PG_INT64_MAX if it is not known.
void rebuild_if_due(Relation index, int64 living);

}  // namespace vecext::pg
