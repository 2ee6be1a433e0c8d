#include "pg/am/hnsw/hnsw_private.h"

#include "core/graph/update/private_chain.h"
#include "core/graph/update/rebuild_due.h"
#include "pg/am/hnsw/hnsw_rebuild.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/error_scope.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/relation.h"
#include "access/transam.h"
#include "access/xact.h"
#include "storage/lmgr.h"
#include "storage/procarray.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// A transaction opens a private chain when it has added so many rows to the pending rows of all. A
/// chain costs a page that is not full, and its end makes every backend load the graph again, which
/// would be too much for a few thousand rows.
constexpr int64 kRowsBefore = 10000;

/// The indexes in which this transaction has opened a private chain. The list lies in
/// TopTransactionContext.
List* opened = NIL;

/// Adds the rows of this transaction's chain, if it still has one, to the rows that every search
/// compares.
void join_own(Relation index) {
  with_current(index, cached_graph, [&](CachedGraph* cached) {
    BufferStore store(index, nullptr);
    return join_private(store, cached->model, this_writer());
  });
}

/// Moves the rows of a private chain into a graph, unless the index was dropped or another
/// transaction keeps it locked, which may last. An error is only reported to the log, because
/// searches find the rows where they are. A cancel of the transaction is raised again.
void rebuild_before_end(Oid oid) {
  ErrorData* error = catch_error([&] {
    if (!ConditionalLockRelationOid(oid, RowExclusiveLock)) {
      return;
    }
    if (const Relation index = try_relation_open(oid, NoLock); index != nullptr) {
      rebuild_with_private(index, 1);
      join_own(index);
      relation_close(index, NoLock);
    }
    UnlockRelationOid(oid, RowExclusiveLock);
  });
  if (error != nullptr && error->sqlerrcode == ERRCODE_QUERY_CANCELED) {
    ReThrowError(error);
  }
  if (error != nullptr) {
    ereport(LOG, (errcode(error->sqlerrcode), errmsg_internal("%s", error->message)));
  }
}

/// Moves the rows of the transaction's private chains into graphs. The events before commit and
/// before prepare are the last at which the transaction can change pages.
void before_end(XactEvent event, void*) {
  if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) {
    for (const Oid index : oids_of(opened)) {
      rebuild_before_end(index);
    }
  }
  opened = NIL;
}

void note_opened(Relation index) {
  static bool is_called = false;
  if (!is_called) {
    RegisterXactCallback(before_end, nullptr);
    is_called = true;
  }
  const MemoryContext before = MemoryContextSwitchTo(TopTransactionContext);
  opened = list_append_unique_oid(opened, RelationGetRelid(index));
  MemoryContextSwitchTo(before);
}

/// True if the next row of this transaction is to open a private chain. A temporary table needs
/// none: no other session sees it, and its rows may be removed when the transaction commits.
bool is_chain_due(Relation index, const CachedGraph& cached) {
  const OwnPending& own = cached.own;
  return own.tail == kNoPage && own.writer != kNoWriter && !RelationUsesLocalBuffers(index) &&
         static_cast<int64>(own.pages) * cached.model.pending.places >= kRowsBefore;
}

/// True if the number is so old that its transaction has certainly ended. The last 32 bits of the
/// number must not be looked up then, as a later transaction may have the same 32 bits.
bool is_of_past(uint64 writer) {
  constexpr uint64 kMostAtATime = uint64{1} << 31;
  return U64FromFullTransactionId(ReadNextFullTransactionId()) - writer >= kMostAtATime;
}

/// True if a search with the snapshot may find rows of the transaction. The state of the
/// transaction may be looked up only if the transaction is not older than relfrozenxid; an older
/// transaction counts as visible.
bool is_visible(uint64 writer, Relation heap, Snapshot snapshot) {
  const auto xid = static_cast<TransactionId>(writer);
  if (snapshot->snapshot_type != SNAPSHOT_MVCC || is_of_past(writer) ||
      TransactionIdIsCurrentTransactionId(xid)) {
    return true;
  }
  if (XidInMVCCSnapshot(xid, snapshot)) {
    return false;
  }
  return TransactionIdPrecedes(xid, heap->rd_rel->relfrozenxid) || TransactionIdDidCommit(xid);
}

}  // namespace

uint64 this_writer() {
  return U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
}

Status insert_for_transaction(Relation index, CachedGraph* cached, const PendingRow& row,
                              uint32* pending_pages) {
  const GraphModel& model = cached->model;
  OwnPending* own = &cached->own;
  BufferStore store(index, &cached->buffers);
  if (own->writer != this_writer()) {
    *own = {this_writer(), 0, private_tail(model.meta.privates, this_writer())};
  }
  if (is_chain_due(index, *cached)) {
    VECEXT_TRY(open_private(store, model, own->writer, &own->tail));
    own->pages = 0;  // if all places for chains were taken, the next attempt comes after
                     // kRowsBefore more rows
    note_opened(index);
  }
  if (own->tail != kNoPage) {
    *pending_pages = 0;
    uint32 pages;
    return insert_pending(store, model, row, &own->tail, &pages, own->writer);
  }
  const Status status = insert_pending(store, model, row, &cached->pending_tail, pending_pages);
  own->pages += *pending_pages > 0 ? 1 : 0;
  return status;
}

void rebuild_before_search(Relation index) {
  if (opened == NIL || IsInParallelMode() || !list_member_oid(opened, RelationGetRelid(index))) {
    return;
  }
  rebuild_with_private(index, many_pending(cached_graph(index)->model.dims()));
}

std::array<PageId, kPrivateChains> visible_privates(const PrivateChains& chains, Relation heap,
                                                    Snapshot snapshot) {
  std::array<PageId, kPrivateChains> first = GraphLimits::no_privates();
  for (Size i = 0; i < kPrivateChains; ++i) {
    if (chains[i].pages > 0 && is_visible(chains[i].writer, heap, snapshot)) {
      first[i] = chains[i].first;
    }
  }
  return first;
}

void join_ended_transactions(Relation index) {
  with_current(index, cached_graph, [&](CachedGraph* cached) {
    BufferStore store(index, nullptr);
    return join_ended(store, cached->model, [](uint64 writer) {
      return is_of_past(writer) || !TransactionIdIsInProgress(static_cast<TransactionId>(writer));
    });
  });
}

}  // namespace vecext::pg
