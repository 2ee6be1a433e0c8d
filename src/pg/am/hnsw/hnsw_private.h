// The rows of a transaction that inserts many, in a private chain
// (core/graph/update/private_chain.h). They are moved into a graph before the transaction commits,
// or when it searches itself.
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

/// Returns the current transaction as a writer of a private chain, or kNoWriter if it has no
/// number.
uint64 this_writer();

/// Adds a row to the pending rows: to the private chain of this transaction, which is opened once
/// the transaction has added many rows, or otherwise to the pending rows of all. Sets
/// *pending_pages as insert_pending() does in the latter case, and to 0 in the former.
Status insert_for_transaction(Relation index, CachedGraph* cached, const PendingRow& row,
                              uint32* pending_pages);

/// Moves the rows of this transaction's private chain into a graph if a search would take long for
/// so many rows. It is called before a search.
void rebuild_before_search(Relation index);

/// Returns, for GraphLimits, where those private chains begin whose rows a search with the snapshot
/// may find.
std::array<PageId, kPrivateChains> visible_privates(const PrivateChains& chains, Relation heap,
                                                    Snapshot snapshot);

/// Adds the private chains of transactions that have ended to the rows that every search compares.
void join_ended_transactions(Relation index);

}  // namespace vecext::pg
