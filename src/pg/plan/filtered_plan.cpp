#include "pg/plan/filtered_plan.h"

#include "pg/plan/filtered_scan.h"

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
                            shape.has_node_codes ? 1.0 : 0.0,
                            shape.links,
                            plan.wanted};
  List* list = NIL;
  for (const double value : numbers) {
    list = lappend(list, number(value));
  }
  return list;
}

/// A child's plan without the conditions that no row changes: they are judged above the node, too.
Plan* ungated(ListCell* child) {
  auto* plan = static_cast<Plan*>(lfirst(child));
  return IsA(plan, Result) ? outerPlan(plan) : plan;
}

/// The template of the index scan and the node below the bitmap heap scan are what is needed of the
/// children's plans.
Plan* make_plan(PlannerInfo*, RelOptInfo* rel, CustomPath* path, List* targets, List* clauses,
                List* children) {
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
  scan->custom_private = linitial_node(List, path->custom_private);
  scan->custom_exprs = list_copy(lsecond_node(List, path->custom_private));
  scan->methods = &kScanMethods;
  return &scan->scan.plan;
}

constexpr CustomPathMethods kPathMethods{.CustomName = kFilteredScanName,
                                         .PlanCustomPath = make_plan};

}  // namespace

CustomPath* make_filtered_path(const FilteredPlan& plan, IndexPath* index, Path* bitmap,
                               Expr* most_distance) {
  CustomPath* path = makeNode(CustomPath);
  path->path.pathtype = T_CustomScan;
  path->path.parent = index->path.parent;
  path->path.pathtarget = index->path.parent->reltarget;
  path->path.rows = index->path.rows;
  path->path.pathkeys = index->path.pathkeys;
  path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  path->custom_paths = list_make1(index);
  if (bitmap != nullptr) {
    path->custom_paths = lappend(path->custom_paths, bitmap);
  }
  path->custom_private =
      list_make2(write_plan(plan), most_distance == nullptr ? NIL : list_make1(most_distance));
  path->methods = &kPathMethods;
  return path;
}

FilteredPlan plan_of(const CustomScan* scan) {
  const List* numbers = scan->custom_private;
  FilteredPlan plan{};
  plan.shape.table_rows = number_at(numbers, 0);
  plan.shape.table_pages = number_at(numbers, 1);
  plan.shape.matching = number_at(numbers, 2);
  plan.shape.in_set = number_at(numbers, 3);
  plan.shape.has_bitmap = number_at(numbers, 4) != 0;
  plan.shape.set_row_cost = number_at(numbers, 5);
  plan.shape.set_page_cost = number_at(numbers, 6);
  plan.shape.toast_pages = number_at(numbers, 7);
  plan.shape.has_node_codes = number_at(numbers, 8) != 0;
  plan.shape.links = number_at(numbers, 9);
  plan.wanted = number_at(numbers, 10);
  return plan;
}

const IndexScan* index_scan_of(const CustomScan* scan) {
  return castNode(IndexScan, linitial(scan->custom_plans));
}

Plan* bitmap_plan_of(const CustomScan* scan) {
  return list_length(scan->custom_plans) > 1 ? static_cast<Plan*>(lsecond(scan->custom_plans))
                                             : nullptr;
}

Expr* most_distance_of(const CustomScan* scan) {
  return scan->custom_exprs == NIL ? nullptr : static_cast<Expr*>(linitial(scan->custom_exprs));
}

void register_filtered_scan() {
  RegisterCustomScanMethods(&kScanMethods);
}

}  // namespace vecext::pg
