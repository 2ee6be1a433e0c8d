// What differs between the server's major versions, and nothing else: the only file that reads
// PG_VERSION_NUM. Supported: 15 to 18.
#pragma once

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "access/gin_private.h"
#include "access/toast_internals.h"
#include "catalog/pg_class.h"
#include "commands/vacuum.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/tidbitmap.h"
#include "optimizer/appendinfo.h"
#include "optimizer/cost.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "commands/explain.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "access/relscan.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
}

#if PG_VERSION_NUM < 150000
#error "vecext needs PostgreSQL 15 or newer"
#endif

namespace vecext::pg {

/// The snapshot to read out-of-line values with. `storage` is room for it where the server wants it
/// from the caller.
inline Snapshot toast_snapshot([[maybe_unused]] SnapshotData* storage) {
#if PG_VERSION_NUM >= 180000
  return get_toast_snapshot();
#else
  init_toast_snapshot(storage);
  return storage;
#endif
}

/// Number of the current transaction, never used twice by one backend.
inline LocalTransactionId local_transaction_id() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

/// Where a relation's files are.
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
inline bool same_file(const FileLocator& a, const FileLocator& b) {
  return memcmp(&a, &b, sizeof(a)) == 0;
}

/// May what a snapshot sees be removed because it is old (old_snapshot_threshold)?
inline bool snapshots_expire() {
#if PG_VERSION_NUM >= 170000
  return false;
#else
  return OldSnapshotThresholdActive();
#endif
}

/// Whether the current user owns a relation.
inline bool owns_relation(Oid relation) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, relation, GetUserId());
#else
  return pg_class_ownercheck(relation, GetUserId());
#endif
}

/// Leaves only the system's names, and temporary tables last, on the search path of the current
/// nest level of settings.
inline void restrict_search_path() {
#if PG_VERSION_NUM >= 170000
  RestrictSearchPath();
#else
  set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
                    GUC_ACTION_SAVE, true, 0, false);
#endif
}

/// When the server will end the statement because of the time that it takes; DT_NOEND: it will not.
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
  return end;
}

/// Before 17 parallel workers would have to know of a subtransaction.
inline bool may_begin_subtransaction() {
#if PG_VERSION_NUM >= 170000
  return true;
#else
  return !IsInParallelMode();
#endif
}

/// After an error: the page that this backend was reading or writing is not. From 16 on resource
/// owners see to that.
inline void abort_buffer_io() {
#if PG_VERSION_NUM < 160000
  AbortBufferIO();
#endif
}

/// A new page at the end of a relation, locked for writing.
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
  // Locked before others can see it: they would take it for a page that nobody uses.
  const Buffer buffer = ReadBufferExtended(relation, fork, P_NEW, RBM_ZERO_AND_LOCK, nullptr);
  if (shared) {
    UnlockRelationForExtension(relation, ExclusiveLock);
  }
  return buffer;
#endif
}

/// Memory for what a setting's check hook hands to its assign hook, as the server frees it; null
/// where there is none.
inline void* allocate_setting_extra(Size bytes) {
#if PG_VERSION_NUM >= 160000
  return guc_malloc(LOG, bytes);
#else
  return malloc(bytes);
#endif
}

/// Does VACUUM give the free end of a table back?
inline bool truncates_at_vacuum(Relation heap) {
  const auto* options = reinterpret_cast<const StdRdOptions*>(heap->rd_options);
#if PG_VERSION_NUM >= 180000
  if (options == nullptr || !options->vacuum_truncate_set) {
    return vacuum_truncate;
  }
#endif
  return options == nullptr || options->vacuum_truncate;
}

/// Sleeps when VACUUM's cost limit is used up; answers cancellation.
inline void delay_vacuum() {
#if PG_VERSION_NUM >= 180000
  vacuum_delay_point(false);
#else
  vacuum_delay_point();
#endif
}

/// Tells the planner never to take a path, beyond an infinite cost, which is not enough from 18 on.
inline void disable_path([[maybe_unused]] Path* path) {
#if PG_VERSION_NUM >= 180000
  path->disabled_nodes = 2;
#endif
}

/// A page of a bitmap: lines in ascending order; null where the page is remembered as a whole.
struct BitmapPage {
  BlockNumber number;
  const OffsetNumber* lines;
  int count;
};

/// The pages of a bitmap in their order. The bitmap stays the caller's, and must not change.
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
    *page = {result.blockno, nullptr, 0};
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
    *page = {result->blockno, is_whole ? nullptr : result->offsets, is_whole ? 0 : result->ntuples};
    return true;
  }

  void end() {
    tbm_end_iterate(iterator_);
  }

 private:
  TBMIterator* iterator_;
#endif
};

/// Has a custom scan's slot be one for rows of the table, where the server asks for it; before 16
/// that is done when the scan begins.
inline void set_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM >= 160000
  node->slotOps = &TTSOpsBufferHeapTuple;
#endif
}
inline void init_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM < 160000
  // The server has made a slot of another kind already, and what depends on it.
  ScanState* scan = &node->ss;
  scan->ps.subPlan = NIL;
  ExecInitScanTupleSlot(scan->ps.state, scan, RelationGetDescr(scan->ss_currentRelation),
                        table_slot_callbacks(scan->ss_currentRelation));
  ExecAssignScanProjectionInfo(scan);
  scan->ps.qual = ExecInitQual(scan->ps.plan->qual, &scan->ps);
#endif
}

/// An expression of a table as one of a table that inherits from it, however far down.
inline List* translate_to_child(PlannerInfo* root, List* expressions, const RelOptInfo* child,
                                const RelOptInfo* parent) {
  auto* node = reinterpret_cast<Node*>(expressions);
#if PG_VERSION_NUM >= 160000
  node = adjust_appendrel_attrs_multilevel(root, node, const_cast<RelOptInfo*>(child),
                                           const_cast<RelOptInfo*>(parent));
#else
  node = adjust_appendrel_attrs_multilevel(root, node, child->relids, parent->relids);
#endif
  return reinterpret_cast<List*>(node);
}

/// Does an aggregate take its rows in the order in which the plan below gives them?
inline bool is_presorted([[maybe_unused]] const Aggref* aggregate) {
#if PG_VERSION_NUM >= 160000
  return aggregate->aggpresorted;
#else
  return false;
#endif
}

using PlanStateWalker = bool (*)(PlanState* node, void* context);
inline bool walk_plan_states(PlanState* node, PlanStateWalker walker, void* context) {
#if PG_VERSION_NUM >= 160000
  return planstate_tree_walker(node, walker, context);
#else
  return planstate_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void*>(walker)),
                               context);
#endif
}

/// What the executor gets for a run beside the query.
struct ExecutorRunRest {
  ScanDirection direction;
  uint64 count;
  bool once;  // before 18
};
using RunPlan = void (*)(QueryDesc* query, const ExecutorRunRest& rest);

/// Has `run` called for each run of a plan, which goes on by go_on_running(). To be called once.
inline RunPlan run_plan_hook;
inline ExecutorRun_hook_type previous_run_hook;
#if PG_VERSION_NUM >= 180000
inline void go_on_running(QueryDesc* query, const ExecutorRunRest& rest) {
  const auto run = previous_run_hook != nullptr ? previous_run_hook : standard_ExecutorRun;
  run(query, rest.direction, rest.count);
}
inline void hooked_run(QueryDesc* query, ScanDirection direction, uint64 count) {
  run_plan_hook(query, {direction, count, false});
}
#else
inline void go_on_running(QueryDesc* query, const ExecutorRunRest& rest) {
  const auto run = previous_run_hook != nullptr ? previous_run_hook : standard_ExecutorRun;
  run(query, rest.direction, rest.count, rest.once);
}
inline void hooked_run(QueryDesc* query, ScanDirection direction, uint64 count, bool once) {
  run_plan_hook(query, {direction, count, once});
}
#endif
inline void on_executor_run(RunPlan run) {
  run_plan_hook = run;
  previous_run_hook = ExecutorRun_hook;
  ExecutorRun_hook = hooked_run;
}

/// What enable_indexscan = off does to index scans, for a path whose costs are set; `index` is the
/// server's own path.
inline void follow_enable_indexscan(Path* path, [[maybe_unused]] const Path* index) {
#if PG_VERSION_NUM >= 180000
  path->disabled_nodes = index->disabled_nodes;
#else
  if (!enable_indexscan) {
    path->startup_cost += disable_cost;
    path->total_cost += disable_cost;
  }
#endif
}

/// aminsertcleanup, which servers before 17 do not have.
using insert_cleanup_function = void (*)(Relation index, IndexInfo* info);

/// Has an access method notified of the end of a statement that may have inserted rows, where the
/// server does so.
#if PG_VERSION_NUM >= 170000
inline constexpr bool kHasInsertCleanup = true;
inline void set_insert_cleanup(IndexAmRoutine* routine, insert_cleanup_function cleanup) {
  routine->aminsertcleanup = cleanup;
}
#else
inline constexpr bool kHasInsertCleanup = false;
inline void set_insert_cleanup(IndexAmRoutine*, insert_cleanup_function) {}
#endif

/// Opens an index scan with so many keys and orderings.
inline IndexScanDesc begin_index_scan(Relation heap, Relation index, Snapshot snapshot, int keys,
                                      int orderings) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan(heap, index, snapshot, nullptr, keys, orderings);
#else
  return index_beginscan(heap, index, snapshot, keys, orderings);
#endif
}

/// Opens a scan of an index for all rows that match so many keys.
inline IndexScanDesc begin_bitmap_scan(Relation index, Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan_bitmap(index, snapshot, nullptr, keys);
#else
  return index_beginscan_bitmap(index, snapshot, keys);
#endif
}

/// Tells the statistics that a scan has begun.
inline void count_index_scan(IndexScanDesc scan) {
  pgstat_count_index_scan(scan->indexRelation);
#if PG_VERSION_NUM >= 180000
  if (scan->instrument != nullptr) {
    scan->instrument->nsearches++;
  }
#endif
}

/// What EXPLAIN shows of a node beside its own.
struct ExplainProperties {
  struct ExplainState* state;

  void add(const char* label, int64 value) const {
    ExplainPropertyInteger(label, nullptr, value, state);
  }
  void add(const char* label, double value, int digits) const {
    ExplainPropertyFloat(label, nullptr, value, digits, state);
  }
};
using DescribeNode = void (*)(PlanState* node, const ExplainProperties& properties);

/// Calls `describe` for each node that EXPLAIN ANALYZE shows, after the hooks of others. Before 18
/// there is no such hook. To be called once.
#if PG_VERSION_NUM >= 180000
inline DescribeNode describe_node;
inline explain_per_node_hook_type previous_node_hook;
inline void explain_node(PlanState* node, List* ancestors, const char* relationship,
                         const char* plan_name, ExplainState* state) {
  if (previous_node_hook != nullptr) {
    previous_node_hook(node, ancestors, relationship, plan_name, state);
  }
  if (state->analyze) {
    describe_node(node, {state});
  }
}
inline void on_explain_analyze(DescribeNode describe) {
  describe_node = describe;
  previous_node_hook = explain_per_node_hook;
  explain_per_node_hook = explain_node;
}
#else
inline void on_explain_analyze(DescribeNode) {}
#endif

/// The leaf of a GIN index where an entry is, or would be, share-locked.
inline GinBtreeStack* find_gin_leaf(GinBtree tree) {
#if PG_VERSION_NUM >= 170000
  return ginFindLeafPage(tree, true, false);
#else
  return ginFindLeafPage(tree, true, false, nullptr);
#endif
}

/// The first leaf of a posting tree, share-locked.
inline GinBtreeStack* begin_posting_tree(GinBtree tree, Relation index, BlockNumber root) {
#if PG_VERSION_NUM >= 170000
  return ginScanBeginPostingTree(tree, index, root);
#else
  return ginScanBeginPostingTree(tree, index, root, nullptr);
#endif
}

}  // namespace vecext::pg

// Input errors are handed to a caller that asked for it (pg_input_is_valid, COPY ON_ERROR), from 16
// on.
#if PG_VERSION_NUM >= 160000
#define VECEXT_ERRSAVE(context, report) errsave(context, report)
#else
#define VECEXT_ERRSAVE(context, report) ereport(ERROR, report)
#endif
