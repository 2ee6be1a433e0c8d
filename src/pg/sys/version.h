// The differences between the server's major versions, and nothing else: the only file that reads
// PG_VERSION_NUM. Versions 15 to 18 are supported; release candidates of 19 pass the tests, too.
#pragma once

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "access/gin_private.h"
#include "access/heapam.h"
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
#include "optimizer/pathnode.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "commands/explain.h"
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
#include "utils/timeout.h"
#include "utils/timestamp.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
#ifdef USE_INJECTION_POINTS
#include "utils/injection_point.h"
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

/// The snapshot to read out-of-line values with. Before 18 it is in `storage`.
inline Snapshot toast_snapshot([[maybe_unused]] SnapshotData* storage) {
#if PG_VERSION_NUM >= 180000
  return get_toast_snapshot();
#else
  init_toast_snapshot(storage);
  return storage;
#endif
}

/// The number of the current transaction, which a backend never uses twice.
inline LocalTransactionId local_transaction_id() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

/// The location of a relation's files.
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

/// True if rows that a snapshot sees may be removed because it is old (old_snapshot_threshold).
inline bool snapshots_expire() {
#if PG_VERSION_NUM >= 170000
  return false;
#else
  return OldSnapshotThresholdActive();
#endif
}

/// Runs what a test has attached to the injection point, in a server that was built with them; such
/// servers are there from 17 on.
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

/// The parts of a name that may have a schema, as in SQL; an error if it is none.
inline List* parts_of_name(const char* name) {
#if PG_VERSION_NUM >= 160000
  return stringToQualifiedNameList(name, nullptr);
#else
  return stringToQualifiedNameList(name);
#endif
}

/// Sets the search path to pg_catalog and temporary tables, for the current nest level of settings.
inline void restrict_search_path() {
#if PG_VERSION_NUM >= 170000
  RestrictSearchPath();
#else
  set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
                    GUC_ACTION_SAVE, true, 0, false);
#endif
}

/// When a timeout will end the statement; DT_NOEND: never.
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

/// True if a subtransaction can begin. Before 17 it cannot while there are parallel workers.
inline bool may_begin_subtransaction() {
#if PG_VERSION_NUM >= 170000
  return true;
#else
  return !IsInParallelMode();
#endif
}

/// After an error: ends the read or write of a page that this backend has begun. From 16 on
/// resource owners do that.
inline void abort_buffer_io() {
#if PG_VERSION_NUM < 160000
  AbortBufferIO();
#endif
}

/// A new page at the end of a relation, exclusively locked.
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
  // Lock the page before other sessions can see it: they would take it for a free one.
  const Buffer buffer = ReadBufferExtended(relation, fork, P_NEW, RBM_ZERO_AND_LOCK, nullptr);
  if (shared) {
    UnlockRelationForExtension(relation, ExclusiveLock);
  }
  return buffer;
#endif
}

/// Memory for the extra of a setting's check hook, which the server frees; null if there is none.
inline void* allocate_setting_extra(Size bytes) {
#if PG_VERSION_NUM >= 160000
  return guc_malloc(LOG, bytes);
#else
  return malloc(bytes);
#endif
}

/// True in a process of autovacuum that executes VACUUM.
inline bool is_autovacuum_worker() {
#if PG_VERSION_NUM >= 170000
  return AmAutoVacuumWorkerProcess();
#else
  return IsAutoVacuumWorkerProcess();
#endif
}

/// True if VACUUM truncates the table.
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

/// Sleeps when VACUUM's cost limit is used up; answers cancellation.
inline void delay_vacuum() {
#if PG_VERSION_NUM >= 180000
  vacuum_delay_point(false);
#else
  vacuum_delay_point();
#endif
}

/// Keeps the planner from a path of infinite cost. From 18 on the cost alone is not enough.
inline void disable_path([[maybe_unused]] Path* path) {
#if PG_VERSION_NUM >= 180000
  path->disabled_nodes = 2;
#endif
}

/// True while the server reads the indexes of a query's table, number `table`: from 19 on, it then
/// simplifies their expressions and predicates, as it does the query's.
inline bool reads_indexes([[maybe_unused]] const PlannerInfo* root, [[maybe_unused]] Index table) {
#if PG_VERSION_NUM >= 190000
  return static_cast<int>(table) < root->simple_rel_array_size &&
         root->simple_rel_array[table] == nullptr;
#else
  return false;
#endif
}

/// A page of a bitmap: lines in ascending order; null if the page is remembered as a whole.
struct BitmapPage {
  BlockNumber number;
  const OffsetNumber* lines;
  int count;
};

/// Iterates over the pages of a bitmap in order. The caller keeps the bitmap and must not change
/// it.
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

/// Make a custom scan's slot one for rows of the table. From 16 on the first function is called
/// when the node is made, before 16 the second when the scan begins.
inline void set_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM >= 160000
  node->slotOps = &TTSOpsBufferHeapTuple;
#endif
}
inline void init_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM < 160000
  // The server has already made a slot of another kind, and a projection and a qual for it.
  ScanState* scan = &node->ss;
  scan->ps.subPlan = NIL;
  ExecInitScanTupleSlot(scan->ps.state, scan, RelationGetDescr(scan->ss_currentRelation),
                        table_slot_callbacks(scan->ss_currentRelation));
  ExecAssignScanProjectionInfo(scan);
  scan->ps.qual = ExecInitQual(scan->ps.plan->qual, &scan->ps);
#endif
}

/// Translates expressions of a table to a table that inherits from it, at any depth.
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

/// True if an aggregate relies on the order of the rows that the plan below returns.
inline bool is_presorted([[maybe_unused]] const Aggref* aggregate) {
#if PG_VERSION_NUM >= 160000
  return aggregate->aggpresorted;
#else
  return false;
#endif
}

/// A copy of the expression in which `mutator` has replaced nodes. Before 16 the server declares
/// mutators without parameters.
using ExpressionMutator = Node* (*)(Node*, void*);
inline Node* mutate_expression(Node* node, ExpressionMutator mutator, void* context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_mutator(node, mutator, context);
#else
  return expression_tree_mutator(
      node, reinterpret_cast<Node* (*)()>(reinterpret_cast<void*>(mutator)), context);
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

/// The arguments of ExecutorRun() other than the query.
struct ExecutorRunRest {
  ScanDirection direction;
  uint64 count;
  bool once;  // before 18
};
using RunPlan = void (*)(QueryDesc* query, const ExecutorRunRest& rest);

/// on_executor_run() installs a hook that calls `run` for each ExecutorRun(); `run` must call
/// go_on_running(). Call it once, when the library is loaded.
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

/// Applies enable_indexscan = off to a path whose costs are set, as the server does for index
/// scans. `index` is the server's own path.
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

/// aminsertcleanup, which the server has from 17 on.
using insert_cleanup_function = void (*)(Relation index, IndexInfo* info);

/// Sets aminsertcleanup, which the server calls at the end of a statement that may have inserted
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

/// Room for the routine that an access method's handler returns, with zeros in all fields. From 19
/// on the server keeps what it gets, which is `own` each time; before, it frees it.
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

/// After `fetch` was given a pinned page: says which it is, and prunes it, as heapam does with the
/// pages that it pins itself.
inline void enter_page(IndexFetchHeapData* fetch, [[maybe_unused]] BlockNumber block) {
#if PG_VERSION_NUM >= 190000
  fetch->xs_blk = block;
  heap_page_prune_opt(fetch->xs_base.rel, fetch->xs_cbuf, &fetch->xs_vmbuffer,
                      (fetch->xs_base.flags & SO_HINT_REL_READ_ONLY) != 0);
#else
  heap_page_prune_opt(fetch->xs_base.rel, fetch->xs_cbuf);
#endif
}

/// Begins an index scan with `keys` keys and `orderings` orderings.
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

/// Begins a bitmap scan of an index with `keys` keys.
inline IndexScanDesc begin_bitmap_scan(Relation index, Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan_bitmap(index, snapshot, nullptr, keys);
#else
  return index_beginscan_bitmap(index, snapshot, keys);
#endif
}

/// What a nested loop of these paths costs at first.
inline void cost_nested_loop(PlannerInfo* root, JoinCostWorkspace* workspace, JoinType type,
                             Path* outer, Path* inner, JoinPathExtraData* extra) {
#if PG_VERSION_NUM >= 190000
  initial_cost_nestloop(root, workspace, type, PGS_NESTLOOP_PLAIN, outer, inner, extra);
#else
  initial_cost_nestloop(root, workspace, type, outer, inner, extra);
#endif
}

/// A path like `path` with these paths of the relation's children.
inline MergeAppendPath* copy_merge_append(PlannerInfo* root, RelOptInfo* rel,
                                          const MergeAppendPath* path, List* members) {
#if PG_VERSION_NUM >= 190000
  return create_merge_append_path(root, rel, members, path->child_append_relid_sets,
                                  path->path.pathkeys, nullptr);
#else
  return create_merge_append_path(root, rel, members, path->path.pathkeys, nullptr);
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

/// Counts a scan in the statistics.
inline void count_index_scan(IndexScanDesc scan) {
  pgstat_count_index_scan(scan->indexRelation);
#if PG_VERSION_NUM >= 180000
  if (scan->instrument != nullptr) {
    scan->instrument->nsearches++;
  }
#endif
}

/// Adds properties to a node in the output of EXPLAIN.
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

/// Installs a hook that calls `describe` for each node that EXPLAIN ANALYZE shows. There is no such
/// hook before 18. Call once, when the library is loaded.
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

/// A range of two bounds, which is not empty.
inline RangeType* new_range(TypeCacheEntry* type, RangeBound* low, RangeBound* high) {
#if PG_VERSION_NUM >= 160000
  return make_range(type, low, high, false, nullptr);
#else
  return make_range(type, low, high, false);
#endif
}

/// Call it once all columns of a new row type are set, before rows are made or read with it.
inline void finish_row_type([[maybe_unused]] TupleDesc row) {
#if PG_VERSION_NUM >= 190000
  TupleDescFinalize(row);
#endif
}

/// What pushJsonbValue() builds a value in; it begins as zeros. The result is the whole once the
/// outermost object or array has ended.
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

/// The state of a buffer, of its BufferDesc: counts of its pins and uses, and flags.
template <class Descriptor>
auto buffer_state(Descriptor* buffer) {
#if PG_VERSION_NUM >= 190000
  return pg_atomic_read_u64(&buffer->state);
#else
  return pg_atomic_read_u32(&buffer->state);
#endif
}

/// The leaf of a GIN index where an entry is or would be. The leaf is share-locked.
inline GinBtreeStack* find_gin_leaf(GinBtree tree) {
#if PG_VERSION_NUM >= 170000
  return ginFindLeafPage(tree, true, false);
#else
  return ginFindLeafPage(tree, true, false, nullptr);
#endif
}

/// The first leaf of a posting tree, which is share-locked.
inline GinBtreeStack* begin_posting_tree(GinBtree tree, Relation index, BlockNumber root) {
#if PG_VERSION_NUM >= 170000
  return ginScanBeginPostingTree(tree, index, root);
#else
  return ginScanBeginPostingTree(tree, index, root, nullptr);
#endif
}

}  // namespace vecext::pg

// Input errors become soft errors if the caller has asked for that (pg_input_is_valid, COPY
// ON_ERROR), from 16 on.
#if PG_VERSION_NUM >= 160000
#define VECEXT_ERRSAVE(context, report) errsave(context, report)
#else
#define VECEXT_ERRSAVE(context, report) ereport(ERROR, report)
#endif
