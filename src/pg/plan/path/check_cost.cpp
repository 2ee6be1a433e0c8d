#include "pg/plan/path/check_cost.h"

#include <algorithm>

#include "pg/am/cost/cost_constants.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/sys/catalog.h"
#include "pg/sys/memory.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Table& kTable = kCosts.table;

// --- Functions of texts --------------------------------------------------------------------------

/// The state of a search for functions of texts.
struct TextSearch {
  PlannerInfo* root;
  double microseconds;
};

/// Returns the mean number of bytes of a text.
double bytes_of_text(PlannerInfo* root, const Node* text) {
  int32 bytes = 0;
  if (IsA(text, Var)) {
    const auto* column = reinterpret_cast<const Var*>(text);
    const RangeTblEntry* table = planner_rt_fetch(column->varno, root);
    bytes = OidIsValid(table->relid) ? get_attavgwidth(table->relid, column->varattno) : 0;
  }
  return bytes > 0 ? bytes : get_typavgwidth(exprType(text), exprTypmod(text));
}

/// Adds the time that a function of the server takes to read its first argument, if that is a text.
/// The planner assumes that the function takes no longer than an addition.
void add_text_function(Oid function, const List* args, TextSearch* search) {
  if (function >= FirstGenbkiObjectId || args == NIL || cost_of_function(function) > 1) {
    return;
  }
  auto* text = static_cast<Node*>(linitial(args));
  while (IsA(text, RelabelType)) {
    text = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(text)->arg);
  }
  if (exprType(text) == TEXTOID || exprType(text) == VARCHAROID) {
    search->microseconds +=
        kTable.text_function + kTable.text_byte * bytes_of_text(search->root, text);
  }
}

/// True if the operator compares texts, which takes no longer than other comparisons.
bool is_comparison(Oid op) {
  return op_in_opfamily(op, TEXT_BTREE_FAM_OID) ||
         op_in_opfamily(get_negator(op), TEXT_BTREE_FAM_OID);
}

bool find_text_functions(Node* node, void* context) {
  auto* search = static_cast<TextSearch*>(context);
  if (node == nullptr) {
    return false;
  }
  if (IsA(node, RestrictInfo)) {
    node = reinterpret_cast<Node*>(reinterpret_cast<RestrictInfo*>(node)->clause);
  }
  if (IsA(node, OpExpr)) {
    const auto* call = reinterpret_cast<const OpExpr*>(node);
    if (!is_comparison(call->opno)) {
      add_text_function(get_opcode(call->opno), call->args, search);
    }
  } else if (IsA(node, FuncExpr)) {
    const auto* call = reinterpret_cast<const FuncExpr*>(node);
    add_text_function(call->funcid, call->args, search);
  }
  return walk_expression(node, find_text_functions, context);
}

// --- Conditions ----------------------------------------------------------------------------------

/// A condition of a row. Checks are sorted in the order in which the executor evaluates conditions
/// (order_qual_clauses()).
struct Check {
  Index security_level;
  Cost cost;
  double unplanned;
  double selectivity;  // 1 if it is a guess

  friend bool operator<(const Check& a, const Check& b) {
    return a.security_level != b.security_level ? a.security_level < b.security_level
                                                : a.cost < b.cost;
  }
};

Check read_check(PlannerInfo* root, Node* condition) {
  QualCost cost;
  cost_qual_eval_node(&cost, condition, root);
  TextSearch texts{root, 0};
  find_text_functions(condition, &texts);
  Check check{0, cost.per_tuple, texts.microseconds, 1};
  const Node* clause = condition;
  if (IsA(condition, RestrictInfo)) {
    const auto* restriction = reinterpret_cast<const RestrictInfo*>(condition);
    const bool is_early = restriction->leakproof && check.cost < 10 * cpu_operator_cost;
    check.security_level = is_early ? 0 : restriction->security_level;
    clause = reinterpret_cast<const Node*>(restriction->clause);
  }
  if (!is_guessed(root, clause)) {
    check.selectivity = clause_selectivity(root, condition, 0, JOIN_INNER, nullptr);
  }
  return check;
}

}  // namespace

bool is_guessed(PlannerInfo* root, const Node* clause) {
  if (IsA(clause, FuncExpr)) {
    return clause_selectivity(root, const_cast<Node*>(clause), 0, JOIN_INNER, nullptr) < 1;
  }
  if (!IsA(clause, OpExpr)) {
    return false;
  }
  VariableStatData variable;
  Node* other;
  bool is_left;
  if (!get_restriction_variable(root, reinterpret_cast<const OpExpr*>(clause)->args, 0, &variable,
                                &other, &is_left)) {
    return true;
  }
  const bool is_known = variable.isunique || HeapTupleIsValid(variable.statsTuple);
  ReleaseVariableStats(variable);
  return !is_known;
}

double expected_value(PlannerInfo* root, Node* expression) {
  QualCost cost;
  cost_qual_eval_node(&cost, expression, root);
  return cost_of_check(kCosts.policy.unit * cost.per_tuple);
}

ExpectedCheck expected_check(PlannerInfo* root, const List* conditions) {
  const int count = list_length(conditions);
  auto* checks = palloc_array<Check>(count);
  for (int i = 0; i < count; ++i) {
    checks[i] = read_check(root, static_cast<Node*>(list_nth(conditions, i)));
  }
  std::stable_sort(checks, checks + count);
  double microseconds = 0;
  double unplanned = 0;
  double left = 1;
  for (int i = 0; i < count; ++i) {
    microseconds += left * (kCosts.policy.unit * checks[i].cost + checks[i].unplanned);
    unplanned += left * checks[i].unplanned;
    left *= checks[i].selectivity;
  }
  return {cost_of_check(microseconds), unplanned};
}

}  // namespace vecext::pg
