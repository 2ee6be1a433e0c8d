// A filtered scan searches an index for the nearest rows, or for the nearest rows of a set
// (filter_policy.h chooses). When the index has no more rows, or the search takes too long, the
// scan compares all rows that are left. So it finds every row that matches.
#include "pg/plan/filtered_scan.h"

#include <cmath>
#include <limits>
#include <new>

#include "pg/am/common/access_method.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/scan/exact_rows.h"
#include "pg/am/scan/level_rows.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/plan/check_clock.h"
#include "pg/plan/failed_rows.h"
#include "pg/plan/filter_policy.h"
#include "pg/plan/filtered_plan.h"
#include "pg/plan/key_restriction.h"
#include "pg/plan/row_bitmap.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/genam.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "executor/nodeIndexscan.h"
#include "miscadmin.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Policy& kPolicy = kCosts.policy;

/// What the node did, for EXPLAIN.
struct FilteredWork {
  bool had_no_keys;
  bool made_set;
  int64 set_rows;
  bool searched_rows;
  bool searched_set;
  bool compared;
  int64 rows_compared;
};

struct FilteredScan : CustomScanState, ScanFilter {
  FilteredPlan plan;
  Relation index;
  IndexScanDesc scan;
  ScanKey order;
  int order_count;
  IndexRuntimeKeyInfo* runtime_keys;
  int runtime_key_count;
  ExprContext* runtime_context;
  ExprContext* rechecking_context;  // of conditions that are rechecked before the executor does
  CheckClock checks;
  ExprState* limit;     // of the distance; null: none
  KeyRestriction keys;  // by the joins above
  PlanAbove above;
  bool knows_above;
  // State of one scan, which a rescan resets.
  MemoryContext context;
  bool is_started;
  bool is_searching;  // the index may have more rows
  bool is_complete;   // nothing is left to compare after the index's rows
  bool has_searched_set;
  RowSet* handed_out;
  FailedRows* failed;
  HeapRows* heap;  // null before rows are compared
  ExactRows* exact;
  LevelRows* level;  // in place of `exact` if all rows that are left have the same distance
  // The set, which lives until its parameters change.
  MemoryContext set_context;
  RowBits* set;
  FilterShape shape;
  FilteredWork work;
};

FilteredScan* scan_of(CustomScanState* node) {
  return static_cast<FilteredScan*>(node);
}

PlanState* bitmap_of(FilteredScan* state) {
  return state->custom_ps == NIL ? nullptr : static_cast<PlanState*>(linitial(state->custom_ps));
}

// --- What the index is searched for --------------------------------------------------------------

/// Takes the size of the set into the estimates.
void count_set(FilteredScan* state) {
  state->shape.expect_set(static_cast<double>(state->set->count()));
  state->shape.is_set_made = true;
  state->shape.set_pages = state->set->pages();
}

/// Makes the set, unless it would have more than `most` rows. Either way its size is known then; if
/// there are too many keys to list, no set can be made.
void make_set(FilteredScan* state, double most) {
  RowBits rows(context_arena(state->set_context));
  const SetSource source{bitmap_of(state), state->keys.has_index() ? &state->keys : nullptr,
                         state->ss.ps.state};
  double expected;
  if (!read_set(source, most, &rows, &expected)) {
    if (std::isinf(expected)) {
      state->shape.can_make_set = false;
    } else {
      state->shape.expect_set(expected);
    }
    return;
  }
  state->set = new (MemoryContextAlloc(state->set_context, sizeof(RowBits))) RowBits(rows);
  count_set(state);
  state->work.made_set = true;
  state->work.set_rows = state->set->count();
}

/// True if the settings of the index let all rows of the set, or of the table, be compared.
bool may_compare_all(const FilteredScan* state) {
  const int64 most = most_compared(state->scan);
  const double rows = state->shape.can_make_set ? state->shape.in_set : state->shape.table_rows;
  return most == PG_INT64_MAX || rows <= static_cast<double>(most);
}

/// The way that choose_way() takes among those that the settings of the index allow.
FilterWay choose_allowed(const FilteredScan* state, double wanted) {
  return choose_way(state->shape, wanted, may_compare_all(state)).way;
}

/// True if the plan above reads every row that matches, at any distance.
bool wants_all(const FilteredScan* state) {
  return filter_strategy == kFilterAuto && takes_all(state->above) && state->limit == nullptr;
}

/// Chooses how the scan goes on. Makes the set if the way needs it; its size may show that another
/// way is cheaper.
FilterWay choose(FilteredScan* state, double wanted) {
  if (wants_all(state) && may_compare_all(state)) {
    return FilterWay::kExact;
  }
  FilterWay way = choose_allowed(state, wanted);
  while (way != FilterWay::kPostfilter && state->shape.can_make_set && state->set == nullptr) {
    make_set(state, most_in_set(state->shape, wanted));
    way = choose_allowed(state, wanted);
  }
  // A scan that has searched the set never goes back to rows outside of it.
  return way == FilterWay::kPostfilter && state->has_searched_set ? FilterWay::kInline : way;
}

/// ScanFilter::plan_search.
bool plan_next_search(ScanFilter* self, const SearchResult& last, SearchRequest* next) {
  auto* state = static_cast<FilteredScan*>(self);
  if (state->checks.is_known()) {
    state->shape.check = cost_of_check(state->checks.microseconds());
  }
  state->shape.failed = static_cast<double>(state->failed->count());
  if (last.k > 0 && !state->has_searched_set) {
    state->shape.learn_from(last);
  }
  const FilterWay way = choose(state, last.wanted);
  if (way == FilterWay::kExact) {
    return false;
  }
  *next = {};
  if (way == FilterWay::kPostfilter) {
    state->work.searched_rows = true;
    next->k = rows_of_next(state->shape, last);
    next->most_visited = most_visited_of_all(state->shape, last.wanted, may_compare_all(state));
    return true;
  }
  state->work.searched_set = true;
  next->rows = state->set->filter();
  // A search that is given up ends the scan, and all rows of the set are compared instead.
  next->most_visited = may_compare_all(state) ? most_visited_in_set(state->shape) : 0;
  // Few rows of the set fail the recheck, unless its bitmaps are lossy. Each search of the set is
  // for more rows than the one before: all that it found may have been handed out.
  const double k = state->has_searched_set
                       ? Max(last.wanted * rechecks_per_match(last), last.k * kPolicy.least_growth)
                       : last.wanted * (last.matched > 0 ? kPolicy.spare_of_set : 1);
  state->has_searched_set = true;
  next->k = static_cast<int32>(Min(k, INT_MAX / 4));
  return true;
}

bool check_conditions(FilteredScan* state, TupleTableSlot* slot) {
  ResetExprContext(state->rechecking_context);
  state->rechecking_context->ecxt_scantuple = slot;
  if (!state->checks.run(
          [state] { return ExecQual(state->ss.ps.qual, state->rechecking_context); })) {
    return false;
  }
  if (!state->keys.is_any()) {
    return true;
  }
  const MemoryContext before =
      MemoryContextSwitchTo(state->rechecking_context->ecxt_per_tuple_memory);
  const bool contains = state->keys.contains(state->rechecking_context);
  MemoryContextSwitchTo(before);
  return contains;
}

/// ScanFilter::matches.
bool matches_conditions(ScanFilter* self, TupleTableSlot* slot) {
  auto* state = static_cast<FilteredScan*>(self);
  if (state->failed->contains(slot)) {
    return false;
  }
  if (check_conditions(state, slot)) {
    return true;
  }
  state->failed->add(slot, state->shape.check);
  return false;
}

/// ScanFilter::compares_rest.
bool may_compare_rest(ScanFilter* self) {
  return may_compare_all(static_cast<FilteredScan*>(self));
}

// --- Rows ----------------------------------------------------------------------------------------

/// The distance beyond which no row matches: infinity without a limit, -infinity if the limit is
/// null.
double most_distance(FilteredScan* state) {
  if (state->limit == nullptr) {
    return get_float8_infinity();
  }
  bool is_null;
  const Datum limit = ExecEvalExprSwitchContext(state->limit, state->runtime_context, &is_null);
  if (is_null) {
    return -get_float8_infinity();
  }
  // The server's operators take NaN for greater than any distance.
  const float8 most = state->plan.form.distance_at(DatumGetFloat8(limit));
  if (isnan(most)) {
    return get_float8_infinity();
  }
  return state->plan.is_below ? std::nextafter(most, -get_float8_infinity()) : most;
}

/// Rows that the LIMIT above takes. The planner does not know it below window functions, or if it
/// is a parameter.
int32 rows_wanted(const FilteredScan* state) {
  const auto limit = static_cast<double>(rows_of_limit(state->above));
  return static_cast<int32>(Min(limit > 0 ? limit : state->plan.wanted, INT_MAX / 64));
}

void open_scan(FilteredScan* state) {
  if (state->scan == nullptr) {
    state->scan = begin_index_scan(state->ss.ss_currentRelation, state->index,
                                   state->ss.ps.state->es_snapshot, 0, state->order_count);
  }
  ResetExprContext(state->runtime_context);
  if (state->runtime_key_count > 0) {
    ExecIndexEvalRuntimeKeys(state->runtime_context, state->runtime_keys, state->runtime_key_count);
  }
  index_rescan(state->scan, nullptr, 0, state->order, state->order_count);
  restrict_scan(state->scan, state, rows_wanted(state), most_distance(state), state->above);
}

/// Forgets the set. The bitmap that it was made of can be read again after a rescan only.
void forget_set(FilteredScan* state) {
  MemoryContextReset(state->set_context);
  state->set = nullptr;
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    ExecReScan(bitmap);
  }
}

/// The planner's estimates, corrected by the number of keys that the joins have.
FilterShape shape_of(const FilteredScan* state) {
  FilterShape shape = state->plan.shape;
  if (state->keys.is_any()) {
    shape.matching = Min(Max(shape.matching * state->keys.growth(), 1), shape.table_rows);
    shape.in_set = Min(Max(shape.in_set * state->keys.index_growth(), 1), shape.table_rows);
    shape.can_make_set = state->custom_ps != NIL || state->keys.has_index();
  }
  return shape;
}

void start(FilteredScan* state) {
  state->is_started = true;
  bool changed;
  state->work.had_no_keys = !state->keys.load(&changed);
  if (state->work.had_no_keys) {
    state->is_searching = false;
    state->is_complete = true;
    return;
  }
  if (changed && state->set != nullptr) {
    forget_set(state);
  }
  if (!state->knows_above) {
    state->above = plan_above(&state->ss.ps);
    state->knows_above = true;
  }
  open_scan(state);
  state->handed_out = new (MemoryContextAlloc(state->context, sizeof(RowSet)))
      RowSet(context_arena(state->context));
  state->failed = FailedRows::make(state->context);
  state->shape = shape_of(state);
  if (state->set != nullptr) {
    count_set(state);
  }
  state->is_searching = true;
  state->is_complete = false;
  state->has_searched_set = false;
}

/// Opens what looks rows up that the index has not given.
void open_heap(FilteredScan* state, const OrderedScan& order) {
  state->heap = static_cast<HeapRows*>(palloc(sizeof(HeapRows)));
  *state->heap =
      HeapRows(state->ss.ss_currentRelation, state->index, state->ss.ps.state->es_snapshot,
               rest_values(order), known_rows(order, state->ss.ss_currentRelation));
  state->work.compared = true;
}

/// Prepares to compare all rows that the index has not given.
void start_exact(FilteredScan* state) {
  if (state->shape.can_make_set && state->set == nullptr) {
    make_set(state, std::numeric_limits<double>::infinity());
  }
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const OrderedScan& order = started_scan(state->scan);
  open_heap(state, order);
  const ExactRows::Source source{.table = state->ss.ss_currentRelation,
                                 .snapshot = state->ss.ps.state->es_snapshot,
                                 .set = state->set,
                                 .filter = state,
                                 .handed_out = state->handed_out,
                                 .query = order.query.elements,
                                 .nearest = least_in_order(state->scan),
                                 .leaves_nearer = order.drops_late,
                                 .heap = state->heap};
  state->exact = new (palloc(sizeof(ExactRows))) ExactRows(source, state->context);
  MemoryContextSwitchTo(before);
}

/// Prepares to give the rows one by one, in the order of the table. A set is worth its time if it
/// leaves few of them.
void start_level(FilteredScan* state, const OrderedScan& order) {
  constexpr double kFewInSet = 0.05;
  if (state->shape.can_make_set && state->set == nullptr &&
      state->shape.in_set < kFewInSet * state->shape.table_rows) {
    make_set(state, std::numeric_limits<double>::infinity());
  }
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  open_heap(state, order);
  const LevelRows::Source source{.table = state->ss.ss_currentRelation,
                                 .snapshot = state->ss.ps.state->es_snapshot,
                                 .set = state->set,
                                 .filter = state,
                                 .handed_out = state->handed_out,
                                 .heap = state->heap};
  state->level = new (palloc(sizeof(LevelRows))) LevelRows(source);
  MemoryContextSwitchTo(before);
}

void start_rest(FilteredScan* state) {
  const OrderedScan& order = started_scan(state->scan);
  if (order.is_level) {
    start_level(state, order);
  } else {
    start_exact(state);
  }
}

/// Gets the next row of the index into the slot; false if there is none.
bool next_found(FilteredScan* state, TupleTableSlot* slot) {
  while (index_getnext_tid(state->scan, ForwardScanDirection) != nullptr) {
    CHECK_FOR_INTERRUPTS();
    if (!index_fetch_heap(state->scan, slot)) {
      continue;
    }
    check_memory(state->handed_out->add(row_id(slot->tts_tid)));
    return true;
  }
  return false;
}

/// Gets the next of the rows that the index has not given; false if there is none.
bool next_compared(FilteredScan* state, TupleTableSlot* slot) {
  if (state->exact == nullptr && state->level == nullptr) {
    start_rest(state);
  }
  const auto compared = [state] {
    return state->exact != nullptr ? state->exact->compared() : state->level->compared();
  };
  ItemPointerData tid;
  const int64 before = compared();
  const bool has_row =
      state->exact != nullptr ? state->exact->next(&tid) : state->level->next(&tid);
  state->work.rows_compared += compared() - before;
  if (has_row && !table_tuple_fetch_row_version(state->ss.ss_currentRelation, &tid,
                                                state->ss.ps.state->es_snapshot, slot)) {
    elog(ERROR, "a row that was visible is no more");
  }
  return has_row;
}

/// ExecScan's access method.
TupleTableSlot* next_row(ScanState* node) {
  auto* state = scan_of(reinterpret_cast<CustomScanState*>(node));
  TupleTableSlot* slot = state->ss.ss_ScanTupleSlot;
  if (!state->is_started) {
    start(state);
  }
  if (state->is_searching) {
    if (next_found(state, slot)) {
      return slot;
    }
    state->is_searching = false;
    state->is_complete = is_beyond_distance(state->scan) || !may_compare_all(state);
  }
  if (state->is_complete) {
    return ExecClearTuple(slot);
  }
  return next_compared(state, slot) ? slot : ExecClearTuple(slot);
}

/// ExecScan's recheck method: ExecScan itself evaluates all conditions of the node.
bool recheck_slot(ScanState*, TupleTableSlot*) {
  return true;
}

// --- The node ------------------------------------------------------------------------------------

/// Makes the scan keys of the index's order. Keys that are not constant are evaluated at each
/// rescan, in an expression context of their own.
void make_order(FilteredScan* state, EState* estate, const IndexScan* index_scan) {
  PlanState* planned = &state->ss.ps;
  ExecIndexBuildScanKeys(planned, state->index, index_scan->indexorderby, true, &state->order,
                         &state->order_count, &state->runtime_keys, &state->runtime_key_count,
                         nullptr, nullptr);
  state->runtime_context = CreateExprContext(estate);
}

void begin(CustomScanState* node, EState* estate, int eflags) {
  FilteredScan* state = scan_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  init_slot_of_table(node);
  if (Plan* bitmap = bitmap_plan_of(scan); bitmap != nullptr) {
    node->custom_ps = list_make1(ExecInitNode(bitmap, estate, eflags));
  }
  state->plan = plan_of(scan);
  state->keys.begin(node, (eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0);
  state->plan_search = plan_next_search;
  state->matches = matches_conditions;
  state->compares_rest = may_compare_rest;
  const IndexScan* index_scan = index_scan_of(scan);
  const auto lock = exec_rt_fetch(scan->scan.scanrelid, estate)->rellockmode;
  if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0) {
    return;
  }
  state->index = index_open(index_scan->indexid, lock);
  state->plan.shape.search = access_method_of(state->index)->filtered_costs;
  make_order(state, estate, index_scan);
  state->rechecking_context = CreateExprContext(estate);
  if (Expr* limit = most_distance_of(scan); limit != nullptr) {
    state->limit = ExecInitExpr(limit, &node->ss.ps);
  }
  state->context =
      AllocSetContextCreate(estate->es_query_cxt, "vecext filtered scan", ALLOCSET_DEFAULT_SIZES);
  state->set_context =
      AllocSetContextCreate(estate->es_query_cxt, "vecext filter set", ALLOCSET_DEFAULT_SIZES);
}

TupleTableSlot* execute(CustomScanState* node) {
  return ExecScan(&node->ss, next_row, recheck_slot);
}

void close_rows(FilteredScan* state) {
  if (state->level != nullptr) {
    state->level->close();
    state->level = nullptr;
  }
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
  state->exact = nullptr;
  state->handed_out = nullptr;
  state->is_started = false;
}

void end(CustomScanState* node) {
  FilteredScan* state = scan_of(node);
  if (state->index != nullptr) {
    close_rows(state);
    if (state->scan != nullptr) {
      index_endscan(state->scan);
    }
    index_close(state->index, NoLock);
  }
  state->keys.end();
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    ExecEndNode(bitmap);
  }
}

void rescan(CustomScanState* node) {
  FilteredScan* state = scan_of(node);
  close_rows(state);
  MemoryContextReset(state->context);
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    if (node->ss.ps.chgParam != nullptr) {
      UpdateChangedParamSet(bitmap, node->ss.ps.chgParam);
    }
    if (bitmap->chgParam != nullptr) {
      forget_set(state);
    }
  }
  ExecScanReScan(&node->ss);
}

const char* way_of(const FilteredWork& work) {
  if (work.had_no_keys) {
    return "none, no keys";
  }
  if (work.searched_set) {
    return "inline";
  }
  if (work.searched_rows) {
    return "postfilter";
  }
  return work.made_set ? "exact, rows of the set" : "exact, rows of the table";
}

void explain(CustomScanState* node, List* ancestors, ExplainState* es) {
  FilteredScan* state = scan_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  const IndexScan* index_scan = index_scan_of(scan);
  ExplainPropertyText("Index", get_rel_name(index_scan->indexid), es);
  List* context = set_deparse_context_plan(es->deparse_cxt, node->ss.ps.plan, ancestors);
  ExplainPropertyText(
      "Order By",
      deparse_expression(static_cast<Node*>(linitial(index_scan->indexorderbyorig)), context,
                         list_length(es->rtable) > 1 || es->verbose, false),
      es);
  List* keys = NIL;
  const ListCell* cell;
  foreach (cell, key_conditions_of(scan)) {
    keys = lappend(keys, deparse_expression(static_cast<Node*>(lfirst(cell)), context,
                                            list_length(es->rtable) > 1 || es->verbose, false));
  }
  if (keys != NIL) {
    ExplainPropertyList("Join Keys", keys, es);
  }
  KeyIndexPlan key_index;
  if (key_index_of(scan, &key_index)) {
    ExplainPropertyText("Key Index", get_rel_name(key_index.index), es);
  }
  if (!es->analyze) {
    return;
  }
  const FilteredWork& work = state->work;
  ExplainPropertyText("Strategy", way_of(work), es);
  const ExplainProperties properties{es};
  if (work.made_set) {
    properties.add("Rows in Set", work.set_rows);
  }
  const ScanWork* done = state->scan == nullptr ? nullptr : work_of_scan(state->scan);
  if (done != nullptr) {
    show_work(*done, properties);
  }
  if (work.compared) {
    properties.add("Rows Compared", work.rows_compared);
  }
}

constexpr CustomExecMethods kMethods{.CustomName = kFilteredScanName,
                                     .BeginCustomScan = begin,
                                     .ExecCustomScan = execute,
                                     .EndCustomScan = end,
                                     .ReScanCustomScan = rescan,
                                     .ExplainCustomScan = explain};

}  // namespace

Node* create_filtered_scan(CustomScan* scan) {
  auto* state = static_cast<FilteredScan*>(palloc0(sizeof(FilteredScan)));
  NodeSetTag(static_cast<CustomScanState*>(state), T_CustomScanState);
  state->flags = scan->flags;
  state->methods = &kMethods;
  set_slot_of_table(state);
  return reinterpret_cast<Node*>(static_cast<CustomScanState*>(state));
}

}  // namespace vecext::pg
