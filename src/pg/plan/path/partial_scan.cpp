#include "pg/plan/path/partial_scan.h"

#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "nodes/extensible.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

bool partial_answers = false;

namespace {

constexpr char kPartialScanName[] = "PartialScan";

struct PartialScan : CustomScanState {
  const char* server;
  const char* schema;
  const char* table;
  bool is_away;        // true if the server could not be reached; the scan has no child then
  const char* reason;  // what postgres_fdw says of that; may be null
  bool is_reported;    // true if the user knows that the rows are left out
};

PartialScan* scan_of(CustomScanState* node) {
  return static_cast<PartialScan*>(node);
}

// --- The plan ------------------------------------------------------------------------------------

CustomScanState* new_scan();

Node* create_state(CustomScan*) {
  return reinterpret_cast<Node*>(new_scan());
}

constexpr CustomScanMethods kScanMethods{.CustomName = kPartialScanName,
                                         .CreateCustomScanState = create_state};

Plan* make_plan(PlannerInfo*, RelOptInfo*, CustomPath* path, List* targets, List*, List* children) {
  const auto* child = static_cast<Plan*>(linitial(children));
  CustomScan* scan = makeNode(CustomScan);
  scan->scan.plan.targetlist = targets;
  scan->flags = path->flags;
  scan->custom_plans = children;
  scan->custom_scan_tlist = static_cast<List*>(copyObjectImpl(child->targetlist));
  scan->custom_private = path->custom_private;
  scan->methods = &kScanMethods;
  return &scan->scan.plan;
}

constexpr CustomPathMethods kPathMethods{.CustomName = kPartialScanName,
                                         .PlanCustomPath = make_plan};

/// True if the statement only reads. Otherwise it could store or lock a part of what it should.
bool only_reads(const PlannerInfo* root) {
  for (; root != nullptr; root = root->parent_root) {
    const Query* query = root->parse;
    if (query->commandType != CMD_SELECT || query->rowMarks != NIL || query->hasModifyingCTE) {
      return false;
    }
  }
  return true;
}

/// Returns a path whose node has the rows of `child`, or none. `names` are the names of its server,
/// schema and table.
Path* partial_path(const Path* child, List* names) {
  CustomPath* path = makeNode(CustomPath);
  path->path = *child;
  path->path.type = T_CustomPath;
  path->path.pathtype = T_CustomScan;
  path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  path->custom_paths = list_make1(const_cast<Path*>(child));
  path->custom_private = names;
  path->methods = &kPathMethods;
  return &path->path;
}

// --- The node ------------------------------------------------------------------------------------

/// Implements the callback of an error context, so that errors of the scan name the server.
void add_context(void* scan) {
  const auto* state = static_cast<PartialScan*>(scan);
  errcontext("foreign table \"%s\" of server \"%s\"", state->table, state->server);
}

/// Calls run() so that its errors name the server, and returns its result.
template <class Run>
auto with_context(PartialScan* state, Run run) {
  ErrorContextCallback context{
      .previous = error_context_stack, .callback = add_context, .arg = state};
  error_context_stack = &context;
  auto* result = run();
  error_context_stack = context.previous;
  return result;
}

/// Starts the child, or sets `is_away` if postgres_fdw cannot connect to the server.
///
/// No subtransaction is needed to catch that error, which would cost two round trips to each
/// server. Only the SQLSTATE of a connection that cannot be made is caught. postgres_fdw has freed
/// that connection when it raises the error, and has begun no transaction on the server, so that
/// the COMMIT has nothing to do there. What the child has opened before, the state of the executor
/// closes and frees at its end. All other errors stand, also that of a connection that is lost
/// after the transaction has begun on the server: postgres_fdw does not commit such a transaction.
void start_child(PartialScan* state, Plan* plan, EState* estate, int eflags) {
  const MemoryContext memory = CurrentMemoryContext;
  PG_TRY();
  {
    PlanState* child = with_context(state, [&] { return ExecInitNode(plan, estate, eflags); });
    state->custom_ps = list_make1(child);
  }
  PG_CATCH();
  {
    if (geterrcode() != ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION) {
      PG_RE_THROW();
    }
    MemoryContextSwitchTo(memory);
    state->is_away = true;
    state->reason = CopyErrorData()->detail;
    FlushErrorState();
  }
  PG_END_TRY();
}

void begin(CustomScanState* node, EState* estate, int eflags) {
  PartialScan* state = scan_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  state->server = strVal(linitial(scan->custom_private));
  state->schema = strVal(lsecond(scan->custom_private));
  state->table = strVal(lthird(scan->custom_private));
  start_child(state, static_cast<Plan*>(linitial(scan->custom_plans)), estate, eflags);
  // The server has made a projection for virtual slots. The child may return slots of any kind.
  node->ss.ps.subPlan = NIL;
  node->ss.ps.scanopsfixed = false;
  ExecAssignScanProjectionInfoWithVarno(&node->ss, INDEX_VAR);
}

/// Raises the WARNING, once for each execution of the plan.
void report_left_out(PartialScan* state) {
  if (state->is_reported) {
    return;
  }
  state->is_reported = true;
  ereport(WARNING,
          (errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
           errmsg("rows of foreign table \"%s\" are left out, because server \"%s\" cannot be "
                  "reached",
                  state->table, state->server),
           state->reason == nullptr ? 0 : errdetail_internal("%s", state->reason),
           errhint("Execute the query again when the server is back. If vecext.partial_answers is "
                   "off, it fails until then."),
           err_generic_string(PG_DIAG_SCHEMA_NAME, state->schema),
           err_generic_string(PG_DIAG_TABLE_NAME, state->table)));
}

PlanState* child_of(PartialScan* state) {
  return static_cast<PlanState*>(linitial(state->custom_ps));
}

TupleTableSlot* execute(CustomScanState* node) {
  PartialScan* state = scan_of(node);
  if (state->is_away) {
    report_left_out(state);
    return nullptr;
  }
  TupleTableSlot* row = with_context(state, [&] { return ExecProcNode(child_of(state)); });
  if (TupIsNull(row) || node->ss.ps.ps_ProjInfo == nullptr) {
    return row;
  }
  ExprContext* context = node->ss.ps.ps_ExprContext;
  ResetExprContext(context);
  context->ecxt_scantuple = row;
  return ExecProject(node->ss.ps.ps_ProjInfo);
}

void end(CustomScanState* node) {
  if (PartialScan* state = scan_of(node); !state->is_away) {
    ExecEndNode(child_of(state));
  }
}

void rescan(CustomScanState* node) {
  PartialScan* state = scan_of(node);
  if (state->is_away) {
    return;
  }
  PlanState* child = child_of(state);
  if (node->ss.ps.chgParam != nullptr) {
    UpdateChangedParamSet(child, node->ss.ps.chgParam);
  }
  // A child whose parameters have changed rescans itself.
  if (child->chgParam == nullptr) {
    ExecReScan(child);
  }
}

void explain(CustomScanState* node, List*, ExplainState* es) {
  if (const PartialScan* state = scan_of(node); state->is_away) {
    ExplainPropertyText("Server Away", state->server, es);
  }
}

constexpr CustomExecMethods kMethods{.CustomName = kPartialScanName,
                                     .BeginCustomScan = begin,
                                     .ExecCustomScan = execute,
                                     .EndCustomScan = end,
                                     .ReScanCustomScan = rescan,
                                     .ExplainCustomScan = explain};

CustomScanState* new_scan() {
  auto* state = palloc0_object<PartialScan>();
  NodeSetTag(static_cast<CustomScanState*>(state), T_CustomScanState);
  state->methods = &kMethods;
  return state;
}

}  // namespace

void allow_partial_answer(PlannerInfo* root, RelOptInfo* rel) {
  if (!partial_answers || !only_reads(root)) {
    return;
  }
  const Oid table = planner_rt_fetch(rel->relid, root)->relid;
  List* names = list_make3(makeString(GetForeignServer(rel->serverid)->servername),
                           makeString(get_namespace_name(get_rel_namespace(table))),
                           makeString(get_rel_name(table)));
  for (int i = 0; i < list_length(rel->pathlist); ++i) {
    ListCell* cell = list_nth_cell(rel->pathlist, i);
    if (const auto* path = static_cast<Path*>(lfirst(cell)); IsA(path, ForeignPath)) {
      lfirst(cell) = partial_path(path, names);
    }
  }
}

void register_partial_scan() {
  RegisterCustomScanMethods(&kScanMethods);
}

}  // namespace vecext::pg
