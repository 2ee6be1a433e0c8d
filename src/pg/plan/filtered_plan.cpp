#include "pg/plan/filtered_plan.h"

#include "pg/am/access_method.h"
#include "pg/plan/filtered_scan.h"
#include "pg/plan/hash_lookup.h"

extern "C" {
#include "nodes/makefuncs.h"
#include "optimizer/restrictinfo.h"
}

namespace vecext::pg {

namespace {

constexpr CustomScanMethods kScanMethods{.CustomName = kFilteredScanName,
                                         .CreateCustomScanState = create_filtered_scan};

// A plan may be copied, and written as text: its numbers are Consts.
Const* number(double value) {
  return makeConst(FLOAT8OID, -1, InvalidOid, sizeof(float8), Float8GetDatum(value), false,
                   FLOAT8PASSBYVAL);
}

double number_at(const List* list, int i) {
  return DatumGetFloat8(castNode(Const, list_nth(list, i))->constvalue);
}

List* write_plan(const FilteredPlan& plan) {
  const FilterShape& shape = plan.shape;
  const double numbers[] = {shape.table_rows,
                            shape.table_pages,
                            shape.matching,
                            shape.in_set,
                            shape.has_bitmap ? 1.0 : 0.0,
                            shape.set_row_cost,
                            shape.set_page_cost,
                            shape.toast_pages,
                            shape.traits.has_codes ? 1.0 : 0.0,
                            static_cast<double>(shape.traits.links),
                            plan.wanted,
                            plan.load_cost,
                            shape.is_guess ? 1.0 : 0.0};
  List* list = NIL;
  for (const double value : numbers) {
    list = lappend(list, number(value));
  }
  return list;
}

/// A child's plan without the conditions that no row changes: they are rechecked above the node,
/// too.
Plan* ungated(ListCell* child) {
  auto* plan = static_cast<Plan*>(lfirst(child));
  return IsA(plan, Result) ? outerPlan(plan) : plan;
}

FilteredPlan read_plan(const List* numbers) {
  FilteredPlan plan{};
  plan.shape.table_rows = number_at(numbers, 0);
  plan.shape.table_pages = number_at(numbers, 1);
  plan.shape.matching = number_at(numbers, 2);
  plan.shape.in_set = number_at(numbers, 3);
  plan.shape.has_bitmap = number_at(numbers, 4) != 0;
  plan.shape.set_row_cost = number_at(numbers, 5);
  plan.shape.set_page_cost = number_at(numbers, 6);
  plan.shape.toast_pages = number_at(numbers, 7);
  plan.shape.traits.has_codes = number_at(numbers, 8) != 0;
  plan.shape.traits.links = static_cast<int32>(number_at(numbers, 9));
  plan.wanted = number_at(numbers, 10);
  plan.load_cost = number_at(numbers, 11);
  plan.shape.is_guess = number_at(numbers, 12) != 0;
  return plan;
}

/// The template of the index scan and the node below the bitmap heap scan are what is needed of the
/// children's plans. custom_private of the plan: numbers; parameters of the links; the keys
/// expected there; the index for one of them. custom_exprs: the limit, if any; the keys of each.
Plan* make_plan(PlannerInfo* root, RelOptInfo* rel, CustomPath* path, List* targets, List* clauses,
                List* children) {
  const List* told = path->custom_private;
  CustomScan* scan = makeNode(CustomScan);
  scan->scan.plan.targetlist = targets;
  // All of them: the set may have rows that do not match, and bitmaps may be lossy.
  scan->scan.plan.qual = extract_actual_clauses(clauses, false);
  scan->scan.scanrelid = rel->relid;
  scan->flags = path->flags;
  scan->custom_plans = list_make1(ungated(list_head(children)));
  if (list_length(children) > 1) {
    scan->custom_plans =
        lappend(scan->custom_plans, outerPlan(ungated(list_second_cell(children))));
  }
  List* parameters = NIL;
  List* expected = NIL;
  List* keys = NIL;
  const ListCell* cell;
  foreach (cell, static_cast<List*>(list_nth(told, 2))) {
    const auto* condition = lfirst_node(List, cell);
    parameters = lappend_int(parameters, plan_link(root, linitial_node(Integer, condition)));
    expected = lappend(expected, lsecond(condition));
    keys = lappend(keys, lthird(condition));
  }
  scan->custom_private = list_make4(linitial(told), parameters, expected, list_nth(told, 3));
  scan->custom_exprs = list_make2(lsecond(told), keys);
  scan->methods = &kScanMethods;
  return &scan->scan.plan;
}

constexpr CustomPathMethods kPathMethods{.CustomName = kFilteredScanName,
                                         .PlanCustomPath = make_plan};

}  // namespace

CustomPath* make_filtered_path(const FilteredPlan& plan, const FilteredParts& parts) {
  IndexPath* index = parts.index;
  CustomPath* path = makeNode(CustomPath);
  path->path.pathtype = T_CustomScan;
  path->path.parent = index->path.parent;
  path->path.pathtarget = index->path.parent->reltarget;
  path->path.rows = index->path.rows;
  path->path.pathkeys = index->path.pathkeys;
  path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  path->custom_paths = list_make1(index);
  if (parts.bitmap != nullptr) {
    path->custom_paths = lappend(path->custom_paths, parts.bitmap);
  }
  List* limit = parts.most_distance == nullptr ? NIL : list_make1(parts.most_distance);
  path->custom_private = list_make4(write_plan(plan), limit, parts.conditions, parts.key_index);
  path->methods = &kPathMethods;
  return path;
}

bool read_filtered_path(const Path* path, FilteredPlan* plan, FilteredParts* parts) {
  const auto* custom = reinterpret_cast<const CustomPath*>(path);
  if (!IsA(path, CustomPath) || custom->methods != &kPathMethods) {
    return false;
  }
  auto* index = static_cast<IndexPath*>(linitial(custom->custom_paths));
  *plan = read_plan(static_cast<List*>(linitial(custom->custom_private)));
  plan->shape.search = access_method_of(index->indexinfo)->filtered_costs;
  const auto* limit = static_cast<List*>(lsecond(custom->custom_private));
  *parts = {.index = index,
            .bitmap = list_length(custom->custom_paths) > 1
                          ? static_cast<Path*>(lsecond(custom->custom_paths))
                          : nullptr,
            .most_distance = limit == NIL ? nullptr : static_cast<Expr*>(linitial(limit)),
            .conditions = static_cast<List*>(list_nth(custom->custom_private, 2)),
            .key_index = static_cast<List*>(list_nth(custom->custom_private, 3))};
  return true;
}

List* make_key_condition(Integer* link, double expected, List* keys) {
  return list_make3(link, number(expected), keys);
}

List* write_key_index(const KeyIndexPlan& index) {
  List* numbers = list_make3_int(index.condition, index.column, index.strategy);
  List* names = list_make5_oid(index.index, index.op, index.collation, index.subtype, index.type);
  return list_make2(numbers, names);
}

FilteredPlan plan_of(const CustomScan* scan) {
  return read_plan(static_cast<List*>(linitial(scan->custom_private)));
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
  return number_at(static_cast<List*>(lthird(scan->custom_private)), condition);
}

bool key_index_of(const CustomScan* scan, KeyIndexPlan* index) {
  const auto* written = static_cast<List*>(lfourth(scan->custom_private));
  if (written == NIL) {
    return false;
  }
  const auto* numbers = static_cast<List*>(linitial(written));
  const auto* names = static_cast<List*>(lsecond(written));
  *index = {.index = linitial_oid(names),
            .condition = linitial_int(numbers),
            .column = static_cast<AttrNumber>(lsecond_int(numbers)),
            .strategy = static_cast<StrategyNumber>(lthird_int(numbers)),
            .op = lsecond_oid(names),
            .collation = lthird_oid(names),
            .subtype = lfourth_oid(names),
            .type = list_nth_oid(names, 4)};
  return true;
}

void register_filtered_scan() {
  RegisterCustomScanMethods(&kScanMethods);
}

}  // namespace vecext::pg
