// The differences between the server's major versions, and nothing else. version_plan.h has the
// differences of the planner and executor, and version_shared.h those of shared memory. No other
// file reads PG_VERSION_NUM. Versions 15 to 18 are supported. Release candidates of 19 pass the
// tests, too.
#pragma once

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "access/gin_private.h"
#include "access/heapam.h"
#include "access/toast_internals.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "commands/vacuum.h"
#include "nodes/tidbitmap.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "access/relscan.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/autovacuum.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/rangetypes.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#if PG_VERSION_NUM >= 160000
#include "utils/relfilenumbermap.h"
#else
#include "utils/relfilenodemap.h"
#endif
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
#ifdef USE_INJECTION_POINTS
#include "utils/injection_point.h"
#endif
}

#if PG_VERSION_NUM < 150000
#error "vecext needs PostgreSQL 15 or newer"
#endif

namespace vecext::pg {

/// Returns the snapshot with which out-of-line values are read. Before 18, the snapshot is made in
/// `*storage`.
inline Snapshot toast_snapshot([[maybe_unused]] SnapshotData* storage) {
#if PG_VERSION_NUM >= 180000
  return get_toast_snapshot();
#else
  init_toast_snapshot(storage);
  return storage;
#endif
}

/// Returns the number of the current transaction. A backend never uses such a number twice.
inline LocalTransactionId local_transaction_id() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

/// Names the files of a relation.
#if PG_VERSION_NUM >= 160000
using FileLocator = RelFileLocator;
inline FileLocator file_locator(Relation relation) {
  return relation->rd_locator;
}
inline Oid file_number(const FileLocator& file) {
  return file.relNumber;
}
#else
using FileLocator = RelFileNode;
inline FileLocator file_locator(Relation relation) {
  return relation->rd_node;
}
inline Oid file_number(const FileLocator& file) {
  return file.relNode;
}
#endif
/// Returns the relation of this database whose files these are, or InvalidOid if there is none.
inline Oid relation_of(const FileLocator& file) {
#if PG_VERSION_NUM >= 160000
  return file.dbOid == MyDatabaseId ? RelidByRelfilenumber(file.spcOid, file.relNumber)
                                    : InvalidOid;
#else
  return file.dbNode == MyDatabaseId ? RelidByRelfilenode(file.spcNode, file.relNode) : InvalidOid;
#endif
}

/// True if this transaction has created the relation, or has given it another file. In this case
/// the transaction may also truncate that file.
inline bool has_new_file(Relation relation) {
#if PG_VERSION_NUM >= 160000
  const SubTransactionId first = relation->rd_firstRelfilelocatorSubid;
#else
  const SubTransactionId first = relation->rd_firstRelfilenodeSubid;
#endif
  return relation->rd_createSubid != InvalidSubTransactionId || first != InvalidSubTransactionId;
}

inline bool same_file(const FileLocator& a, const FileLocator& b) {
  return memcmp(&a, &b, sizeof(a)) == 0;
}

/// True if rows that a snapshot sees may be removed because the snapshot is old
/// (old_snapshot_threshold).
inline bool snapshots_expire() {
#if PG_VERSION_NUM >= 170000
  return false;
#else
  return OldSnapshotThresholdActive();
#endif
}

/// Runs what a test has attached to the injection point of that name. It does nothing unless the
/// server was built with injection points, which exist from 17 on.
inline void run_injection_point([[maybe_unused]] const char* name) {
#if defined(USE_INJECTION_POINTS) && PG_VERSION_NUM >= 180000
  InjectionPointRun(name, nullptr);
#elif defined(USE_INJECTION_POINTS)
  InjectionPointRun(name);
#endif
}

/// True if this transaction holds the lock in that mode.
inline bool holds_lock(const LOCKTAG& tag, LOCKMODE mode) {
#if PG_VERSION_NUM >= 170000
  return LockHeldByMe(&tag, mode, false);
#else
  return LockHeldByMe(&tag, mode);
#endif
}

/// True if the current user owns the relation.
inline bool owns_relation(Oid relation) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, relation, GetUserId());
#else
  return pg_class_ownercheck(relation, GetUserId());
#endif
}

/// True if the current user owns the schema.
inline bool owns_schema(Oid schema) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(NamespaceRelationId, schema, GetUserId());
#else
  return pg_namespace_ownercheck(schema, GetUserId());
#endif
}

/// True if the current user may look up names in the schema.
inline bool may_use_schema(Oid schema) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#else
  return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

/// Raises an ERROR if the current user may not become `role` by SET ROLE. The user is known to have
/// the rights of the role.
inline void check_may_become(Oid role) {
#if PG_VERSION_NUM >= 160000
  check_can_set_role(GetUserId(), role);
#else
  static_cast<void>(role);  // a user may become every role that it is a member of
#endif
}

/// True if the NOT NULL constraint of a column is known to hold for all rows. The column must have
/// such a constraint, which may be NOT VALID from 18 on.
inline bool is_not_null_valid([[maybe_unused]] Oid table, [[maybe_unused]] AttrNumber column) {
#if PG_VERSION_NUM >= 180000
  const Relation relation = RelationIdGetRelation(table);
  const bool is_valid =
      relation != nullptr &&
      TupleDescCompactAttr(RelationGetDescr(relation), column - 1)->attnullability ==
          ATTNULLABLE_VALID;
  if (relation != nullptr) {
    RelationClose(relation);
  }
  return is_valid;
#else
  return true;
#endif
}

/// Returns the parts of a name as it is written in SQL: perhaps a schema, and the name itself.
/// Raises an ERROR if the text is not a name.
inline List* parts_of_name(const char* name) {
#if PG_VERSION_NUM >= 160000
  return stringToQualifiedNameList(name, nullptr);
#else
  return stringToQualifiedNameList(name);
#endif
}

/// Sets the search path to pg_catalog and temporary tables. It holds for the current nest level of
/// settings.
inline void restrict_search_path() {
#if PG_VERSION_NUM >= 170000
  RestrictSearchPath();
#else
  set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
                    GUC_ACTION_SAVE, true, 0, false);
#endif
}

/// Returns the time at which a timeout will end the statement, or DT_NOEND if no timeout will.
/// While a statement commits, the server has no active statement timeout. Work should not last
/// longer then either, so the same time is returned.
inline TimestampTz statement_end() {
#if PG_VERSION_NUM >= 170000
  constexpr TimeoutId kTimeouts[] = {STATEMENT_TIMEOUT, TRANSACTION_TIMEOUT};
#else
  constexpr TimeoutId kTimeouts[] = {STATEMENT_TIMEOUT};
#endif
  TimestampTz end = DT_NOEND;
  for (const TimeoutId timeout : kTimeouts) {
    if (get_timeout_active(timeout)) {
      end = Min(end, get_timeout_finish_time(timeout));
    }
  }
  if (StatementTimeout > 0 && !get_timeout_active(STATEMENT_TIMEOUT)) {
    end = Min(end,
              TimestampTzPlusMilliseconds(GetCurrentStatementStartTimestamp(), StatementTimeout));
  }
  return end;
}

/// True if a subtransaction can begin. Before 17 it cannot while there are parallel workers.
inline bool may_begin_subtransaction() {
#if PG_VERSION_NUM >= 170000
  return true;
#else
  return !IsInParallelMode();
#endif
}

/// After an error, ends the read or write of a page that this backend has begun. From 16 on,
/// resource owners do that, and the function does nothing.
inline void abort_buffer_io() {
#if PG_VERSION_NUM < 160000
  AbortBufferIO();
#endif
}

/// Adds a page at the end of a relation, and returns its buffer, exclusively locked.
inline Buffer extend_relation(Relation relation, ForkNumber fork) {
#if PG_VERSION_NUM >= 160000
  BufferManagerRelation place{};
  place.rel = relation;
  return ExtendBufferedRel(place, fork, nullptr, EB_LOCK_FIRST);
#else
  const bool shared = !RELATION_IS_LOCAL(relation);
  if (shared) {
    LockRelationForExtension(relation, ExclusiveLock);
  }
  // The page is locked before other sessions can see it, since they would take it for a free page.
  const Buffer buffer = ReadBufferExtended(relation, fork, P_NEW, RBM_ZERO_AND_LOCK, nullptr);
  if (shared) {
    UnlockRelationForExtension(relation, ExclusiveLock);
  }
  return buffer;
#endif
}

/// Returns memory for the extra of a setting's check hook, or null if memory runs out. The
/// server frees it.
inline void* allocate_setting_extra(Size bytes) {
#if PG_VERSION_NUM >= 160000
  return guc_malloc(LOG, bytes);
#else
  return malloc(bytes);
#endif
}

/// True in a worker process of autovacuum.
inline bool is_autovacuum_worker() {
#if PG_VERSION_NUM >= 170000
  return AmAutoVacuumWorkerProcess();
#else
  return IsAutoVacuumWorkerProcess();
#endif
}

/// True if VACUUM truncates the table, by its vacuum_truncate.
inline bool truncates_at_vacuum(Relation heap) {
  const auto* options = reinterpret_cast<const StdRdOptions*>(heap->rd_options);
#if PG_VERSION_NUM >= 190000
  if (options == nullptr || options->vacuum_truncate == PG_TERNARY_UNSET) {
    return vacuum_truncate;
  }
  return options->vacuum_truncate == PG_TERNARY_TRUE;
#else
#if PG_VERSION_NUM >= 180000
  if (options == nullptr || !options->vacuum_truncate_set) {
    return vacuum_truncate;
  }
#endif
  return options == nullptr || options->vacuum_truncate;
#endif
}

/// Sleeps if VACUUM's cost limit is used up. It also processes interrupts.
inline void delay_vacuum() {
#if PG_VERSION_NUM >= 180000
  vacuum_delay_point(false);
#else
  vacuum_delay_point();
#endif
}

/// A page of a bitmap. `lines` has its lines in ascending order, or is null if the bitmap remembers
/// only the page as a whole.
struct BitmapPage {
  BlockNumber number;
  const OffsetNumber* lines;
  int count;
  bool is_exact;  // true if the rows are known to fulfil the conditions of the indexes
};

/// Iterates over the pages of a bitmap in their order. The bitmap belongs to the caller, who must
/// not change it meanwhile.
class BitmapPages {
 public:
#if PG_VERSION_NUM >= 180000
  explicit BitmapPages(TIDBitmap* bitmap)
      : iterator_(tbm_begin_iterate(bitmap, nullptr, InvalidDsaPointer)) {}

  bool next(BitmapPage* page) {
    TBMIterateResult result;
    if (!tbm_iterate(&iterator_, &result)) {
      return false;
    }
    *page = {result.blockno, nullptr, 0, !result.lossy && !result.recheck};
    if (!result.lossy) {
      page->lines = lines_;
      page->count = tbm_extract_page_tuple(&result, lines_, MaxHeapTuplesPerPage);
    }
    return true;
  }

  void end() {
    tbm_end_iterate(&iterator_);
  }

 private:
  TBMIterator iterator_;
  OffsetNumber lines_[MaxHeapTuplesPerPage];
#else
  explicit BitmapPages(TIDBitmap* bitmap) : iterator_(tbm_begin_iterate(bitmap)) {}

  bool next(BitmapPage* page) {
    const TBMIterateResult* result = tbm_iterate(iterator_);
    if (result == nullptr) {
      return false;
    }
    const bool is_whole = result->ntuples < 0;
    *page = {result->blockno, is_whole ? nullptr : result->offsets, is_whole ? 0 : result->ntuples,
             !is_whole && !result->recheck};
    return true;
  }

  void end() {
    tbm_end_iterate(iterator_);
  }

 private:
  TBMIterator* iterator_;
#endif
};

/// The type of the callback aminsertcleanup, which the server has from 17 on.
using insert_cleanup_function = void (*)(Relation index, IndexInfo* info);

/// Sets aminsertcleanup. The server calls it at the end of each statement that may have inserted
/// rows.
#if PG_VERSION_NUM >= 170000
inline constexpr bool kHasInsertCleanup = true;
inline void set_insert_cleanup(IndexAmRoutine* routine, insert_cleanup_function cleanup) {
  routine->aminsertcleanup = cleanup;
}
#else
inline constexpr bool kHasInsertCleanup = false;
inline void set_insert_cleanup(IndexAmRoutine*, insert_cleanup_function) {}
#endif

/// Returns room for the routine that an access method's handler returns, with zeros in all fields.
/// From 19 on the server keeps the routine, so every call returns `own`. Before 19 the server frees
/// it, so each call allocates a routine.
inline IndexAmRoutine* room_of_routine([[maybe_unused]] IndexAmRoutine* own) {
#if PG_VERSION_NUM >= 190000
  own->type = T_IndexAmRoutine;
  return own;
#else
  return makeNode(IndexAmRoutine);
#endif
}

/// Begins to fetch rows of a table by their ids.
inline IndexFetchTableData* begin_index_fetch(Relation heap) {
#if PG_VERSION_NUM >= 190000
  return table_index_fetch_begin(heap, SO_NONE);
#else
  return table_index_fetch_begin(heap);
#endif
}

/// Prepares a pinned page that `fetch` was given. It tells `fetch` which page it is, and prunes the
/// page, as heapam does with each page that it pins itself.
inline void enter_page(IndexFetchHeapData* fetch, [[maybe_unused]] BlockNumber block) {
#if PG_VERSION_NUM >= 190000
  fetch->xs_blk = block;
  heap_page_prune_opt(fetch->xs_base.rel, fetch->xs_cbuf, &fetch->xs_vmbuffer,
                      (fetch->xs_base.flags & SO_HINT_REL_READ_ONLY) != 0);
#else
  heap_page_prune_opt(fetch->xs_base.rel, fetch->xs_cbuf);
#endif
}

/// Begins an index scan with `keys` scan keys and `orderings` keys of the order.
inline IndexScanDesc begin_index_scan(Relation heap, Relation index, Snapshot snapshot, int keys,
                                      int orderings) {
#if PG_VERSION_NUM >= 190000
  return index_beginscan(heap, index, snapshot, nullptr, keys, orderings, SO_NONE);
#elif PG_VERSION_NUM >= 180000
  return index_beginscan(heap, index, snapshot, nullptr, keys, orderings);
#else
  return index_beginscan(heap, index, snapshot, keys, orderings);
#endif
}

/// Begins a bitmap scan of an index with `keys` scan keys.
inline IndexScanDesc begin_bitmap_scan(Relation index, Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan_bitmap(index, snapshot, nullptr, keys);
#else
  return index_beginscan_bitmap(index, snapshot, keys);
#endif
}

/// Begins this process's part of a parallel scan of a table.
inline TableScanDesc begin_parallel_scan(Relation heap, ParallelTableScanDesc shared) {
#if PG_VERSION_NUM >= 190000
  return table_beginscan_parallel(heap, shared, SO_NONE);
#else
  return table_beginscan_parallel(heap, shared);
#endif
}

/// Counts an index scan in the statistics.
inline void count_index_scan(IndexScanDesc scan) {
  pgstat_count_index_scan(scan->indexRelation);
#if PG_VERSION_NUM >= 180000
  if (scan->instrument != nullptr) {
    scan->instrument->nsearches++;
  }
#endif
}

/// Returns a range with these two bounds. It must not be empty.
inline RangeType* new_range(TypeCacheEntry* type, RangeBound* low, RangeBound* high) {
#if PG_VERSION_NUM >= 160000
  return make_range(type, low, high, false, nullptr);
#else
  return make_range(type, low, high, false);
#endif
}

/// Completes a new row type. It has to be called after all columns are set, and before rows are
/// made or read with the type.
inline void finish_row_type([[maybe_unused]] TupleDesc row) {
#if PG_VERSION_NUM >= 190000
  TupleDescFinalize(row);
#endif
}

/// The state of a value that pushJsonbValue() builds. It begins as zeros. push_jsonb() returns the
/// whole value once the outermost object or array has ended, and null before.
#if PG_VERSION_NUM >= 190000
using JsonbBuildState = JsonbInState;
inline JsonbValue* push_jsonb(JsonbBuildState* state, JsonbIteratorToken token, JsonbValue* value) {
  pushJsonbValue(state, token, value);
  return state->result;
}
inline bool is_in_container(const JsonbBuildState& state) {
  return state.parseState != nullptr;
}
#else
using JsonbBuildState = JsonbParseState*;
inline JsonbValue* push_jsonb(JsonbBuildState* state, JsonbIteratorToken token, JsonbValue* value) {
  return pushJsonbValue(state, token, value);
}
inline bool is_in_container(const JsonbBuildState& state) {
  return state != nullptr;
}
#endif

/// Returns the state of a buffer, which has its counts of pins and uses, and its flags.
template <class Descriptor>
auto buffer_state(Descriptor* buffer) {
#if PG_VERSION_NUM >= 190000
  return pg_atomic_read_u64(&buffer->state);
#else
  return pg_atomic_read_u32(&buffer->state);
#endif
}

/// Returns a copy of a relation's row in pg_class for an update, or null if there is no such row.
/// In minor releases from November 2024 on, the row is then locked against updates in place until
/// end_class_update().
inline HeapTuple class_row_to_update(Oid relation) {
#ifdef InplaceUpdateTupleLock
  return SearchSysCacheLockedCopy1(RELOID, ObjectIdGetDatum(relation));
#else
  return SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relation));
#endif
}
inline void end_class_update([[maybe_unused]] Relation classes, [[maybe_unused]] HeapTuple old) {
#ifdef InplaceUpdateTupleLock
  UnlockTuple(classes, &old->t_self, InplaceUpdateTupleLock);
#endif
}

/// Returns the leaf of a GIN index that has an entry, or would have it. The leaf is share-locked.
inline GinBtreeStack* find_gin_leaf(GinBtree tree) {
#if PG_VERSION_NUM >= 170000
  return ginFindLeafPage(tree, true, false);
#else
  return ginFindLeafPage(tree, true, false, nullptr);
#endif
}

/// Returns the first leaf of a posting tree, which is share-locked.
inline GinBtreeStack* begin_posting_tree(GinBtree tree, Relation index, BlockNumber root) {
#if PG_VERSION_NUM >= 170000
  return ginScanBeginPostingTree(tree, index, root);
#else
  return ginScanBeginPostingTree(tree, index, root, nullptr);
#endif
}

}  // namespace vecext::pg

// From 16 on, input errors become soft errors if the caller asks for that, as pg_input_is_valid()
// and COPY ON_ERROR do.
#if PG_VERSION_NUM >= 160000
#define VECEXT_ERRSAVE(context, report) errsave(context, report)
#else
#define VECEXT_ERRSAVE(context, report) ereport(ERROR, report)
#endif
