#include "pg/plan/path/key_index.h"

#include "pg/am/common/access_method.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "optimizer/paths.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// True if a column of the index can find rows by the key. Then sets *plan to how the index does
/// so.
bool match_key(const IndexOptInfo* index, int column, const KeyEquality& equality,
               KeyIndexPlan* plan) {
  const Oid collation = index->indexcollations[column];
  const Oid op = equality.is_turned ? get_commutator(equality.op) : equality.op;
  if (!OidIsValid(op) || (OidIsValid(collation) && collation != equality.collation) ||
      !op_in_opfamily(op, index->opfamily[column]) ||
      !match_index_to_operand(equality.operand, column, const_cast<IndexOptInfo*>(index))) {
    return false;
  }
  int strategy;
  Oid left;
  get_op_opfamily_properties(op, index->opfamily[column], false, &strategy, &left, &plan->subtype);
  plan->index = index->indexoid;
  plan->column = static_cast<AttrNumber>(column + 1);
  plan->strategy = static_cast<StrategyNumber>(strategy);
  plan->op = op;
  plan->collation = equality.collation;
  plan->type = equality.type;
  return index->relam != BTREE_AM_OID || strategy == BTEqualStrategyNumber;
}

bool find_key_index(const RelOptInfo* rel, const KeyEquality& equality, KeyIndexPlan* plan) {
  if (equality.security_level > rel->baserestrict_min_security) {
    return false;
  }
  for (const auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
    const bool is_ours = access_method_of(index) != nullptr;
    if ((!is_ours && index->relam != BTREE_AM_OID) || (index->indpred != NIL && !index->predOK)) {
      continue;
    }
    const int end = is_ours ? index->nkeycolumns : 1;
    for (int column = is_ours ? 1 : 0; column < end; ++column) {
      if (match_key(index, column, equality, plan)) {
        return true;
      }
    }
  }
  return false;
}

/// Returns the shape with a set of the rows that the index finds by the keys, intersected with the
/// rows of the bitmap if there is one.
FilterShape with_key_index(const FilterShape& shape, const ExpectedKeys& keys,
                           const CheckCost& check) {
  FilterShape with = shape;
  const double key_rows = shape.table_rows * keys.share;
  const double cost = (shape.can_make_set ? shape.in_set * shape.set_row_cost : 0) +
                      key_rows * kCosts.set.of_lists.row + keys.count * kCosts.set.key;
  with.in_set = Max(shape.can_make_set ? shape.in_set * keys.share : key_rows, 1);
  with.can_make_set = true;
  with.check_in_set = check;
  with.set_row_cost = cost / with.in_set;
  with.set_page_cost = Max(shape.set_page_cost, kCosts.set.of_lists.page);
  return with;
}

}  // namespace

bool use_key_index(const RelOptInfo* rel, const KeyEquality& equality, const ExpectedKeys& keys,
                   const CheckCost& check, FilteredPlan* plan, KeyIndexPlan* index) {
  if (!find_key_index(rel, equality, index)) {
    return false;
  }
  FilteredPlan with = *plan;
  with.shape = with_key_index(plan->shape, keys, check);
  // If this is the only set, the scan decides whether to make it. If there is also a bitmap, the
  // scan would always read both.
  if (plan->shape.can_make_set && filter_strategy == kFilterAuto &&
      cost_of_first_rows(with) >= cost_of_first_rows(*plan)) {
    return false;
  }
  plan->shape = with.shape;
  return true;
}

}  // namespace vecext::pg
