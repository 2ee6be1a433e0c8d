#include "pg/plan/lookup/hash_lookup.h"

#include "pg/sys/list.h"
#include "pg/sys/memory.h"

#include <new>

extern "C" {
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/value.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/paramassign.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/tlist.h"
#include "portability/instr_time.h"
#include "utils/memutils.h"
#include "utils/ruleutils.h"
}

namespace vecext::pg {

namespace {

/// The costs of looking up a key, and of each row that is found, in units of the planner's costs.
constexpr double kLookUp = 0.02;
constexpr double kRowLookedUp = 0.01;

}  // namespace

struct HashLookup : CustomScanState {
  MemoryContext context;
  KeyTable* table;
  int key_count;
  ExprState** outer;  // the keys that are looked up
  Datum* values;
  TupleTableSlot* found;
  bool is_filling;  // true if the inner side has begun to run
  bool is_filled;
  instr_time filling;  // time spent so far on filling the table
  int64 version;       // changes when the table's rows may have changed
  bool is_begun;       // true if the keys of the outer row were looked up
  bool is_by_keys;     // true if the path by the keys gives the rows of the outer row
  int64 by_keys;       // how many lookups were made by that path
  instr_time spent;    // time spent on these lookups
  double fill_cost;    // microseconds
};

namespace {

HashLookup* lookup_of(CustomScanState* node) {
  return static_cast<HashLookup*>(node);
}

PlanState* inner_of(HashLookup* state) {
  return static_cast<PlanState*>(linitial(state->custom_ps));
}

/// Returns the node that gives the rows of one outer row before the table is filled, or null if
/// there is none.
PlanState* by_keys_of(HashLookup* state) {
  return list_length(state->custom_ps) < 2 ? nullptr
                                           : static_cast<PlanState*>(lsecond(state->custom_ps));
}

// --- The plan ------------------------------------------------------------------------------------

/// The contents of custom_private of the plan: the link's parameter, keeps_one and fill_cost, and
/// then lists with an element for each key.
struct LookupPlan {
  int parameter;
  bool keeps_one;
  int fill_cost;
  const List* operators;
  const List* collations;
  const List* turned;
  const List* columns;
};

LookupPlan lookup_plan_of(const CustomScan* scan) {
  const List* written = scan->custom_private;
  const auto* numbers = static_cast<List*>(linitial(written));
  return {.parameter = linitial_int(numbers),
          .keeps_one = lsecond_int(numbers) != 0,
          .fill_cost = lthird_int(numbers),
          .operators = static_cast<List*>(lsecond(written)),
          .collations = static_cast<List*>(lthird(written)),
          .turned = static_cast<List*>(lfourth(written)),
          .columns = static_cast<List*>(list_nth(written, 4))};
}

CustomScanState* new_lookup();

Node* create_state(CustomScan*) {
  return reinterpret_cast<Node*>(new_lookup());
}

constexpr CustomScanMethods kScanMethods{.CustomName = kHashLookupName,
                                         .CreateCustomScanState = create_state};

/// Makes the plan. custom_private of the path has the link's parameter, keeps_one and fill_cost,
/// operators, collations, is_turned, inner keys and outer keys.
Plan* make_plan(PlannerInfo*, RelOptInfo*, CustomPath* path, List* targets, List*, List* children) {
  const List* fields = path->custom_private;
  auto* parameter = linitial_node(Integer, fields);
  auto* child = static_cast<Plan*>(linitial(children));
  List* columns = NIL;
  for (auto* key : list_of<Expr>(static_cast<List*>(list_nth(fields, 5)))) {
    const TargetEntry* target = tlist_member(key, child->targetlist);
    if (target == nullptr) {
      elog(ERROR, "a key of a join is not in its inner side");
    }
    columns = lappend_int(columns, target->resno);
  }
  CustomScan* scan = makeNode(CustomScan);
  scan->scan.plan.targetlist = targets;
  scan->flags = path->flags;
  scan->custom_plans = children;
  scan->custom_scan_tlist = static_cast<List*>(copyObjectImpl(child->targetlist));
  scan->custom_exprs = static_cast<List*>(copyObjectImpl(list_nth(fields, 6)));
  scan->custom_private =
      list_make5(lcons_int(parameter->ival, list_copy(static_cast<List*>(lsecond(fields)))),
                 lthird(fields), lfourth(fields), list_nth(fields, 4), columns);
  scan->methods = &kScanMethods;
  // The link is reset, because another plan from the same path has another node, with a parameter
  // of its own.
  parameter->ival = -1;
  return &scan->scan.plan;
}

constexpr CustomPathMethods kPathMethods{.CustomName = kHashLookupName,
                                         .PlanCustomPath = make_plan};

// --- The node ------------------------------------------------------------------------------------

/// Gives the lookup to the readers that wait for it in the parameter.
void introduce(HashLookup* state, ParamExecData* parameter) {
  auto* reader = reinterpret_cast<LookupReader*>(DatumGetPointer(parameter->value));
  for (; reader != nullptr; reader = reader->next) {
    reader->lookup = state;
  }
  parameter->value = Datum{0};
}

void begin(CustomScanState* node, EState* estate, int eflags) {
  HashLookup* state = lookup_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  const LookupPlan plan = lookup_plan_of(scan);
  for (auto* child : list_of<Plan>(scan->custom_plans)) {
    node->custom_ps =
        lappend(node->custom_ps,
                ExecInitNode(child, estate,
                             eflags & ~(EXEC_FLAG_REWIND | EXEC_FLAG_BACKWARD | EXEC_FLAG_MARK)));
  }
  introduce(state, &estate->es_param_exec_vals[plan.parameter]);
  if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0) {
    return;
  }
  state->key_count = list_length(plan.operators);
  state->fill_cost = plan.fill_cost;
  const auto count = static_cast<Size>(state->key_count);
  state->context =
      AllocSetContextCreate(estate->es_query_cxt, "vecext hash lookup", ALLOCSET_DEFAULT_SIZES);
  auto* operators = palloc_array<KeyOperator>(count);
  state->outer = palloc_array<ExprState*>(count);
  state->values = palloc_array<Datum>(count);
  for (int i = 0; i < state->key_count; ++i) {
    operators[i] = {.op = list_nth_oid(plan.operators, i),
                    .collation = list_nth_oid(plan.collations, i),
                    .is_turned = list_nth_int(plan.turned, i) != 0,
                    .column = static_cast<AttrNumber>(list_nth_int(plan.columns, i))};
    state->outer[i] =
        ExecInitExpr(static_cast<Expr*>(list_nth(scan->custom_exprs, i)), &node->ss.ps);
  }
  const TupleDesc rows = ExecGetResultType(inner_of(state));
  state->found = ExecInitExtraTupleSlot(estate, rows, &TTSOpsMinimalTuple);
  state->table = object_in<KeyTable>(state->context, operators, state->key_count, rows,
                                     plan.keeps_one, state->context);
}

void forget_rows(HashLookup* state) {
  // The slot may point into the table's memory.
  ExecClearTuple(state->found);
  state->table->reset();
}

double microseconds(const instr_time& time) {
  return INSTR_TIME_GET_DOUBLE(time) * 1e6;
}

/// Starts to fill the table.
void begin_filling(HashLookup* state) {
  forget_rows(state);
  INSTR_TIME_SET_ZERO(state->filling);
  state->is_filling = true;
  ++state->version;
}

/// Adds the next row of the inner side to the table. Returns false if there is none.
bool add_next(HashLookup* state) {
  CHECK_FOR_INTERRUPTS();
  TupleTableSlot* row = ExecProcNode(inner_of(state));
  if (TupIsNull(row)) {
    return false;
  }
  ExprContext* context = state->ss.ps.ps_ExprContext;
  ResetExprContext(context);
  const MemoryContext before = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
  state->table->add(row);
  MemoryContextSwitchTo(before);
  return true;
}

/// Fills the table, unless it has been filled since the parameters of the inner side changed.
void fill(HashLookup* state) {
  if (state->is_filled) {
    return;
  }
  if (!state->is_filling) {
    begin_filling(state);
  }
  while (add_next(state)) {
  }
  state->is_filled = true;
}

/// Fills the table, but stops when filling it has taken `most` microseconds in all calls together.
/// A later call goes on. Returns true if the table is filled.
bool fill_for(HashLookup* state, double most) {
  if (!state->is_filling) {
    begin_filling(state);
  }
  while (!state->is_filled && microseconds(state->filling) < most) {
    instr_time start;
    instr_time end;
    INSTR_TIME_SET_CURRENT(start);
    state->is_filled = !add_next(state);
    INSTR_TIME_SET_CURRENT(end);
    INSTR_TIME_ACCUM_DIFF(state->filling, end, start);
  }
  return state->is_filled;
}

/// Looks up the keys of the current outer row. Returns false if one of them is null.
bool look_up(HashLookup* state) {
  ExprContext* context = state->ss.ps.ps_ExprContext;
  for (int i = 0; i < state->key_count; ++i) {
    bool is_null;
    state->values[i] = ExecEvalExpr(state->outer[i], context, &is_null);
    if (is_null) {
      return false;
    }
  }
  state->table->look_up(state->table->hash(state->values), state->values);
  return true;
}

/// Returns the node's result for a row.
TupleTableSlot* project(HashLookup* state, TupleTableSlot* row) {
  TupleTableSlot* slot = state->ss.ss_ScanTupleSlot;
  slot_getallattrs(row);
  ExecClearTuple(slot);
  const auto columns = static_cast<Size>(slot->tts_tupleDescriptor->natts);
  memcpy(slot->tts_values, row->tts_values, columns * sizeof(Datum));
  memcpy(slot->tts_isnull, row->tts_isnull, columns * sizeof(bool));
  ExecStoreVirtualTuple(slot);
  if (state->ss.ps.ps_ProjInfo == nullptr) {
    return slot;
  }
  state->ss.ps.ps_ExprContext->ecxt_scantuple = slot;
  return ExecProject(state->ss.ps.ps_ProjInfo);
}

/// True if the path by the keys is to give the rows of the next outer row. That is so until the
/// lookups have taken the time that it is estimated to take to fill the table. The estimate may be
/// too low, so from then on lookups take turns with filling the table, and neither takes much
/// longer than the other.
bool goes_by_keys(HashLookup* state) {
  if (state->is_filled || by_keys_of(state) == nullptr) {
    return false;
  }
  const double spent = microseconds(state->spent);
  return spent < state->fill_cost || !fill_for(state, spent);
}

/// Starts the path by the keys for an outer row. A path whose parameters have changed rescans
/// itself.
void begin_by_keys(HashLookup* state) {
  state->is_begun = true;
  ++state->by_keys;
  PlanState* by_keys = by_keys_of(state);
  if (by_keys->chgParam == nullptr) {
    ExecReScan(by_keys);
  }
}

/// Returns the next row of the path by the keys.
TupleTableSlot* next_by_keys(HashLookup* state) {
  instr_time start;
  instr_time end;
  INSTR_TIME_SET_CURRENT(start);
  if (!state->is_begun) {
    begin_by_keys(state);
  }
  ResetExprContext(state->ss.ps.ps_ExprContext);
  TupleTableSlot* row = ExecProcNode(by_keys_of(state));
  INSTR_TIME_SET_CURRENT(end);
  INSTR_TIME_ACCUM_DIFF(state->spent, end, start);
  return TupIsNull(row) ? nullptr : project(state, row);
}

TupleTableSlot* execute(CustomScanState* node) {
  HashLookup* state = lookup_of(node);
  ExprContext* context = node->ss.ps.ps_ExprContext;
  if (!state->is_begun) {
    state->is_by_keys = goes_by_keys(state);
  }
  if (state->is_by_keys) {
    return next_by_keys(state);
  }
  fill(state);
  const MemoryContext before = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
  bool has_row = true;
  if (!state->is_begun) {
    MemoryContextReset(context->ecxt_per_tuple_memory);
    has_row = look_up(state);
    state->is_begun = true;
  }
  has_row = has_row && state->table->next(state->found);
  MemoryContextSwitchTo(before);
  return has_row ? project(state, state->found) : nullptr;
}

void end(CustomScanState* node) {
  HashLookup* state = lookup_of(node);
  if (state->table != nullptr) {
    forget_rows(state);
  }
  for (auto* child : list_of<PlanState>(state->custom_ps)) {
    ExecEndNode(child);
  }
}

void rescan(CustomScanState* node) {
  HashLookup* state = lookup_of(node);
  PlanState* inner = inner_of(state);
  state->is_begun = false;
  if (node->ss.ps.chgParam != nullptr) {
    for (auto* child : list_of<PlanState>(state->custom_ps)) {
      UpdateChangedParamSet(child, node->ss.ps.chgParam);
    }
  }
  if (inner->chgParam != nullptr) {
    ExecReScan(inner);
    state->is_filled = state->is_filling = false;
    INSTR_TIME_SET_ZERO(state->spent);
  }
}

void explain(CustomScanState* node, List* ancestors, ExplainState* es) {
  const HashLookup* state = lookup_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  List* context = set_deparse_context_plan(es->deparse_cxt, node->ss.ps.plan, ancestors);
  ExplainPropertyText(
      "Hash Key",
      deparse_expression(reinterpret_cast<Node*>(scan->custom_exprs), context, true, false), es);
  if (es->analyze && state->by_keys > 0) {
    ExplainPropertyInteger("Lookups by Index", nullptr, state->by_keys, es);
  }
  if (es->analyze && state->table != nullptr && state->is_filled) {
    ExplainPropertyInteger("Keys", nullptr, state->table->keys(), es);
    if (!state->table->is_exact()) {
      ExplainPropertyInteger("Temporary Files", nullptr, state->table->parts(), es);
    }
  }
}

constexpr CustomExecMethods kMethods{.CustomName = kHashLookupName,
                                     .BeginCustomScan = begin,
                                     .ExecCustomScan = execute,
                                     .EndCustomScan = end,
                                     .ReScanCustomScan = rescan,
                                     .ExplainCustomScan = explain};

CustomScanState* new_lookup() {
  auto* state = palloc0_object<HashLookup>();
  NodeSetTag(static_cast<CustomScanState*>(state), T_CustomScanState);
  state->methods = &kMethods;
  return state;
}

}  // namespace

CustomPath* make_hash_lookup_path(PlannerInfo* root, const LookupSource& source) {
  RelOptInfo* rel = source.inner->parent;
  PathTarget* target = copy_pathtarget(rel->reltarget);
  List* operators = NIL;
  List* collations = NIL;
  List* turned = NIL;
  List* inner_keys = NIL;
  List* outer_keys = NIL;
  for (int i = 0; i < source.count; ++i) {
    const JoinKey& key = source.equalities[i];
    operators = lappend_oid(operators, key.op);
    collations = lappend_oid(collations, key.collation);
    turned = lappend_int(turned, key.is_turned ? 1 : 0);
    inner_keys = lappend(inner_keys, key.inner);
    outer_keys = lappend(outer_keys, key.outer);
    add_new_column_to_pathtarget(target, key.inner);
  }
  set_pathtarget_cost_width(root, target);
  CustomPath* path = makeNode(CustomPath);
  path->path.pathtype = T_CustomScan;
  path->path.parent = rel;
  path->path.pathtarget = rel->reltarget;
  path->path.param_info = makeNode(ParamPathInfo);
  path->path.param_info->ppi_req_outer = source.outer;
  path->path.param_info->ppi_rows = source.rows;
  path->path.rows = source.rows;
  // The cost of filling the table is left out, because the scan that reads the keys is charged for
  // it (KeyCondition::cost).
  path->path.total_cost = kLookUp + source.rows * kRowLookedUp;
  path->custom_paths = list_make1(create_projection_path(root, rel, source.inner, target));
  int fill_cost = 0;
  if (source.by_keys != nullptr) {
    path->custom_paths =
        lappend(path->custom_paths, create_projection_path(root, rel, source.by_keys, target));
    fill_cost = static_cast<int>(Min(source.fill_cost, INT_MAX));
  }
  path->custom_private =
      list_make5(source.link.parameter, list_make2_int(source.keeps_one ? 1 : 0, fill_cost),
                 operators, collations, turned);
  path->custom_private = lappend(lappend(path->custom_private, inner_keys), outer_keys);
  path->methods = &kPathMethods;
  return path;
}

int plan_link(PlannerInfo* root, Integer* parameter) {
  if (parameter->ival < 0) {
    parameter->ival = assign_special_exec_param(root);
  }
  return parameter->ival;
}

void await_lookup(EState* estate, int parameter, LookupReader* reader) {
  Datum* first = &estate->es_param_exec_vals[parameter].value;
  *reader = {nullptr, reinterpret_cast<LookupReader*>(DatumGetPointer(*first))};
  *first = PointerGetDatum(reader);
}

namespace {

/// Rescans the lookup if its parameters have changed, because the nested loop does not do it before
/// it has an outer row.
void rescan_if_changed(HashLookup* state) {
  if (state->ss.ps.chgParam != nullptr) {
    ExecReScan(&state->ss.ps);
  }
}

}  // namespace

bool fill_within(HashLookup* state, double most) {
  rescan_if_changed(state);
  return state->is_filled || (most > 0 && fill_for(state, most));
}

const KeyTable* filled_table(HashLookup* state, int64* version) {
  rescan_if_changed(state);
  fill(state);
  *version = state->version;
  return state->table;
}

void register_hash_lookup() {
  RegisterCustomScanMethods(&kScanMethods);
}

}  // namespace vecext::pg
