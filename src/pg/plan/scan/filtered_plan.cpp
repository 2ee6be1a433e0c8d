#include "pg/plan/scan/filtered_plan.h"

#include <initializer_list>
#include <type_traits>

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

/// Calls visit(number) for each number of a plan, in the order in which they are written. The
/// numbers of the form come after `has_form`. Most plans have no such numbers, because the form is
/// the distance itself.
template <class Plan, class Visit>
void each_number(Plan& plan, bool& has_form, const Visit& visit) {
  auto& shape = plan.shape;
  visit(shape.table_rows);
  visit(shape.table_pages);
  visit(shape.matching);
  visit(shape.within);
  visit(shape.in_set);
  visit(shape.can_make_set);
  visit(shape.set_row_cost);
  visit(shape.set_page_cost);
  visit(shape.toast_pages);
  visit(shape.traits.has_codes);
  visit(shape.traits.links);
  visit(shape.traits.measured_row);
  visit(shape.is_guess);
  for (auto* check : {&shape.check, &shape.check_in_set}) {
    visit(check->cost);
    visit(check->share_with_keys);
  }
  visit(shape.unplanned);
  visit(shape.may_check_last);
  visit(plan.wanted);
  visit(plan.load_cost);
  visit(plan.is_below);
  visit(has_form);
  if (has_form) {
    visit(plan.form.is_inverse);
    for (auto* line : {&plan.form.line, &plan.form.outer}) {
      visit(line->factor);
      visit(line->added);
      visit(line->size);
    }
  }
}

}  // namespace

List* write_plan(const FilteredPlan& plan) {
  List* numbers = NIL;
  bool has_form = !plan.form.is_distance();
  each_number(plan, has_form, [&](const auto& number) {
    numbers = lappend(numbers, write_number(static_cast<double>(number)));
  });
  return numbers;
}

FilteredPlan read_plan(const List* numbers) {
  FilteredPlan plan{};
  bool has_form = false;
  int i = 0;
  each_number(plan, has_form, [&](auto& number) {
    using Number = std::remove_reference_t<decltype(number)>;
    number = static_cast<Number>(read_number(numbers, i++));
  });
  return plan;
}

List* write_key_index(const KeyIndexPlan& index) {
  List* numbers = list_make4_int(index.condition, index.column, index.strategy, index.subplan);
  List* names = list_make5_oid(index.index, index.op, index.collation, index.subtype, index.type);
  return list_make3(numbers, names, write_number(index.expected));
}

std::optional<KeyIndexPlan> read_key_index(const List* written) {
  if (written == NIL) {
    return std::nullopt;
  }
  const auto* numbers = static_cast<List*>(linitial(written));
  const auto* names = static_cast<List*>(lsecond(written));
  return KeyIndexPlan{.index = linitial_oid(names),
                      .condition = linitial_int(numbers),
                      .subplan = lfourth_int(numbers),
                      .expected = read_number(written, 2),
                      .column = static_cast<AttrNumber>(lsecond_int(numbers)),
                      .strategy = static_cast<StrategyNumber>(lthird_int(numbers)),
                      .op = lsecond_oid(names),
                      .collation = lthird_oid(names),
                      .subtype = lfourth_oid(names),
                      .type = list_nth_oid(names, 4)};
}

FilteredPlan plan_of(const CustomScan* scan) {
  return read_plan(static_cast<List*>(linitial(scan->custom_private)));
}

bool has_deferred_condition(const CustomScan* scan) {
  return list_nth(scan->custom_private, 5) != NIL;
}

FilteredPlan deferred_plan_of(const CustomScan* scan) {
  return read_plan(static_cast<List*>(list_nth(scan->custom_private, 5)));
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

std::optional<KeyIndexPlan> key_index_of(const CustomScan* scan) {
  return read_key_index(static_cast<List*>(lfourth(scan->custom_private)));
}

}  // namespace vecext::pg
