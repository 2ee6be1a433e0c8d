#include "pg/plan/scan/filtered_plan.h"

#include <iterator>

#include "pg/am/cost/cost_constants.h"

extern "C" {
#include "nodes/makefuncs.h"
}

namespace vecext::pg {

double cost_of_first_rows(const FilteredPlan& plan) {
  const double first = plan.wanted > 0 ? plan.wanted : kCosts.policy.fewest_rows;
  return choose_way(plan.shape, Min(first, plan.shape.matching)).cost;
}

// The server copies plans and prints them as text, so the numbers are Consts.
Const* write_number(double value) {
  return makeConst(FLOAT8OID, -1, InvalidOid, sizeof(float8), Float8GetDatum(value), false,
                   FLOAT8PASSBYVAL);
}

double read_number(const List* list, int i) {
  return DatumGetFloat8(castNode(Const, list_nth(list, i))->constvalue);
}

namespace {

/// Where the numbers of a form follow those of each plan: none if it is the distance.
constexpr int kFormAt = 18;

List* write_form(List* list, const DistanceForm& form) {
  const double numbers[] = {
      form.line.factor,  form.line.added,  form.line.size, form.is_inverse ? 1.0 : 0.0,
      form.outer.factor, form.outer.added, form.outer.size};
  for (const double value : numbers) {
    list = lappend(list, write_number(value));
  }
  return list;
}

Line read_line(const List* numbers, int at) {
  return {read_number(numbers, at), read_number(numbers, at + 1), read_number(numbers, at + 2)};
}

}  // namespace

List* write_plan(const FilteredPlan& plan) {
  const FilterShape& shape = plan.shape;
  const double numbers[] = {shape.table_rows,
                            shape.table_pages,
                            shape.matching,
                            shape.in_set,
                            shape.can_make_set ? 1.0 : 0.0,
                            shape.set_row_cost,
                            shape.set_page_cost,
                            shape.toast_pages,
                            shape.traits.has_codes ? 1.0 : 0.0,
                            static_cast<double>(shape.traits.links),
                            plan.wanted,
                            plan.load_cost,
                            shape.is_guess ? 1.0 : 0.0,
                            plan.is_below ? 1.0 : 0.0,
                            shape.check,
                            shape.check_in_set,
                            shape.traits.measured_row,
                            shape.within};
  static_assert(std::size(numbers) == kFormAt);
  List* list = NIL;
  for (const double value : numbers) {
    list = lappend(list, write_number(value));
  }
  return plan.form.is_distance() ? list : write_form(list, plan.form);
}

FilteredPlan read_plan(const List* numbers) {
  FilteredPlan plan{};
  plan.shape.table_rows = read_number(numbers, 0);
  plan.shape.table_pages = read_number(numbers, 1);
  plan.shape.matching = read_number(numbers, 2);
  plan.shape.in_set = read_number(numbers, 3);
  plan.shape.can_make_set = read_number(numbers, 4) != 0;
  plan.shape.set_row_cost = read_number(numbers, 5);
  plan.shape.set_page_cost = read_number(numbers, 6);
  plan.shape.toast_pages = read_number(numbers, 7);
  plan.shape.traits.has_codes = read_number(numbers, 8) != 0;
  plan.shape.traits.links = static_cast<int32>(read_number(numbers, 9));
  plan.wanted = read_number(numbers, 10);
  plan.load_cost = read_number(numbers, 11);
  plan.shape.is_guess = read_number(numbers, 12) != 0;
  plan.is_below = read_number(numbers, 13) != 0;
  plan.shape.check = read_number(numbers, 14);
  plan.shape.check_in_set = read_number(numbers, 15);
  plan.shape.traits.measured_row = read_number(numbers, 16);
  plan.shape.within = read_number(numbers, 17);
  if (list_length(numbers) > kFormAt) {
    plan.form = {read_line(numbers, kFormAt), read_number(numbers, kFormAt + 3) != 0,
                 read_line(numbers, kFormAt + 4)};
  }
  return plan;
}

List* write_key_index(const KeyIndexPlan& index) {
  List* numbers = list_make4_int(index.condition, index.column, index.strategy, index.subplan);
  List* names = list_make5_oid(index.index, index.op, index.collation, index.subtype, index.type);
  return list_make3(numbers, names, write_number(index.expected));
}

bool read_key_index(const List* written, KeyIndexPlan* index) {
  if (written == NIL) {
    return false;
  }
  const auto* numbers = static_cast<List*>(linitial(written));
  const auto* names = static_cast<List*>(lsecond(written));
  *index = {.index = linitial_oid(names),
            .condition = linitial_int(numbers),
            .subplan = lfourth_int(numbers),
            .expected = read_number(written, 2),
            .column = static_cast<AttrNumber>(lsecond_int(numbers)),
            .strategy = static_cast<StrategyNumber>(lthird_int(numbers)),
            .op = lsecond_oid(names),
            .collation = lthird_oid(names),
            .subtype = lfourth_oid(names),
            .type = list_nth_oid(names, 4)};
  return true;
}

FilteredPlan plan_of(const CustomScan* scan) {
  return read_plan(static_cast<List*>(linitial(scan->custom_private)));
}

bool deferred_plan_of(const CustomScan* scan, FilteredPlan* plan) {
  const auto* numbers = static_cast<List*>(list_nth(scan->custom_private, 5));
  if (numbers == NIL) {
    return false;
  }
  *plan = read_plan(numbers);
  return true;
}

const IndexScan* index_scan_of(const CustomScan* scan) {
  return castNode(IndexScan, linitial(scan->custom_plans));
}

Plan* bitmap_plan_of(const CustomScan* scan) {
  return list_length(scan->custom_plans) > 1 ? static_cast<Plan*>(lsecond(scan->custom_plans))
                                             : nullptr;
}

Expr* most_distance_of(const CustomScan* scan) {
  const auto* limit = static_cast<List*>(linitial(scan->custom_exprs));
  return limit == NIL ? nullptr : static_cast<Expr*>(linitial(limit));
}

const List* key_conditions_of(const CustomScan* scan) {
  return static_cast<List*>(lsecond(scan->custom_exprs));
}

int key_parameter_of(const CustomScan* scan, int condition) {
  return list_nth_int(static_cast<List*>(lsecond(scan->custom_private)), condition);
}

double expected_keys_of(const CustomScan* scan, int condition) {
  return read_number(static_cast<List*>(lthird(scan->custom_private)), condition);
}

bool may_test_keys_first(const CustomScan* scan) {
  return castNode(Boolean, list_nth(scan->custom_private, 6))->boolval;
}

const List* implications_of(const CustomScan* scan) {
  return static_cast<List*>(list_nth(scan->custom_private, 4));
}

bool key_index_of(const CustomScan* scan, KeyIndexPlan* index) {
  return read_key_index(static_cast<List*>(lfourth(scan->custom_private)), index);
}

}  // namespace vecext::pg
