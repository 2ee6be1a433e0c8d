// Rows of a transaction that inserts many, in a private chain (core/graph/update/private_chain.h).
// They are taken in before it commits, or when it searches itself.
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

/// The current transaction as a writer of a private chain; kNoWriter if it has no number.
uint64 this_writer();

/// Adds a row to the pending ones: to the private chain of this transaction, which is opened when
/// it has added many rows. Sets *pending_pages as insert_pending() does for those of all, else to
/// 0.
Status insert_for_transaction(Relation index, CachedGraph* cached, const PendingRow& row,
                              uint32* pending_pages);

/// Moves the rows of this transaction's private chain into a graph if they are so many that a
/// search would take long for them. Call it before a search.
void rebuild_before_search(Relation index);

/// Where those chains begin whose rows a search with the snapshot may find, for GraphLimits.
std::array<PageId, kPrivateChains> visible_privates(const PrivateChains& chains, Relation heap,
                                                    Snapshot snapshot);

/// Adds the private chains of transactions that have ended to the rows that every search compares.
void join_ended_transactions(Relation index);

}  // namespace vecext::pg
