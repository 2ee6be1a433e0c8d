// The rows of a transaction that inserts many, in a private chain
// (core/graph/update/private_chain.h). They are moved into a graph before the transaction commits,
// or before the transaction itself searches the index.
#pragma once

#include "core/graph/search/graph_visit.h"
#include "core/graph/update/pending.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// Returns the number of the current transaction, by which a private chain names its writer, or
/// kNoWriter if the transaction has no number yet.
uint64 this_writer();

/// Adds a row to the pending rows: to the private chain of this transaction, which is opened once
/// the transaction has added many rows, or otherwise to the pending rows of all. Sets
/// *pending_pages to 0 if the row goes to the private chain; otherwise sets it as insert_pending()
/// does.
Status insert_for_transaction(Relation index, CachedGraph* cached, const PendingRow& row,
                              uint32* pending_pages);

/// Moves the rows of this transaction's private chain into a graph if a search would take long for
/// so many rows. It is called before a search.
void rebuild_before_search(Relation index);

/// Returns the first pages of the private chains whose rows a search with `snapshot` may find, as
/// GraphLimits::privates has them.
std::array<PageId, kPrivateChains> visible_privates(const PrivateChains& chains, Relation heap,
                                                    Snapshot snapshot);

/// Adds the private chains of transactions that have ended to the rows that every search compares.
void join_ended_transactions(Relation index);

}  // namespace vecext::pg
