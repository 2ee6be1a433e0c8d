#include "pg/plan/path/filtered_node.h"

#include "pg/am/common/access_method.h"
#include "pg/plan/scan/filtered_scan.h"
#include "pg/plan/lookup/hash_lookup.h"
#include "pg/plan/scan/scan_conditions.h"
#include "pg/plan/path/subquery_condition.h"
#include "pg/sys/list.h"

extern "C" {
#include "optimizer/restrictinfo.h"
}

namespace vecext::pg {

namespace {

constexpr CustomScanMethods kScanMethods{.CustomName = kFilteredScanName,
                                         .CreateCustomScanState = create_filtered_scan};

/// Returns the plan of a child, below the gating Result that tests the conditions which do not
/// depend on a row. The server puts the same Result above this node.
Plan* ungated(ListCell* child) {
  auto* plan = static_cast<Plan*>(lfirst(child));
  return IsA(plan, Result) ? outerPlan(plan) : plan;
}

/// Makes the plan. The node needs two of the children's plans: the index scan, as a template, and
/// the node below the bitmap heap scan. `fields` is custom_private of the path, as
/// make_filtered_path() writes it. custom_private of the plan is a list of: what write_plan() made;
/// the parameters of the lookups; how many keys each lookup is expected to have; what
/// write_key_index() made; the result of implications(); the deferred plan; whether the keys may be
/// tested first. custom_exprs is a list of two lists: the limit of the distance, if there is one,
/// and the keys of each condition.
Plan* make_plan(PlannerInfo* root, RelOptInfo* rel, CustomPath* path, List* targets, List* clauses,
                List* children) {
  const List* fields = path->custom_private;
  CustomScan* scan = makeNode(CustomScan);
  scan->scan.plan.targetlist = targets;
  // The node checks all conditions, because the set may have rows that do not match, and bitmaps
  // may be lossy.
  List* conditions = extract_actual_clauses(clauses, false);
  scan->scan.plan.qual = conditions;
  const auto key_index = read_key_index(static_cast<List*>(list_nth(fields, 3)));
  if (key_index.has_value()) {
    scan->scan.plan.qual = choose_hashed(scan->scan.plan.qual, key_index->subplan);
  }
  scan->scan.scanrelid = rel->relid;
  scan->flags = path->flags;
  scan->custom_plans = list_make1(ungated(list_head(children)));
  const Plan* bitmap = nullptr;
  if (list_length(children) > 1) {
    bitmap = ungated(list_second_cell(children));
    scan->custom_plans = lappend(scan->custom_plans, outerPlan(bitmap));
  }
  List* parameters = NIL;
  List* expected = NIL;
  List* keys = NIL;
  bool may_go_first = true;
  for (const auto* condition : list_of<List>(static_cast<List*>(list_nth(fields, 2)))) {
    may_go_first = may_go_first && castNode(Boolean, lfourth(condition))->boolval;
    parameters = lappend_int(parameters, plan_link(root, linitial_node(Integer, condition)));
    expected = lappend(expected, lsecond(condition));
    keys = lappend(keys, lthird(condition));
  }
  // The conditions that are not of the table compare it with the row that gives the query vector,
  // so the set does not imply them.
  const List* of_table = extract_actual_clauses(rel->baserestrictinfo, false);
  scan->custom_private =
      list_make5(linitial(fields), parameters, expected, list_nth(fields, 3),
                 implications(conditions, of_table, bitmap,
                              static_cast<IndexPath*>(linitial(path->custom_paths))));
  scan->custom_private = lappend(scan->custom_private, list_nth(fields, 4));
  scan->custom_private = lappend(scan->custom_private, makeBoolean(may_go_first));
  scan->custom_exprs = list_make2(lsecond(fields), keys);
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
  path->path.param_info = index->path.param_info;
  path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  path->custom_paths = list_make1(index);
  if (parts.bitmap != nullptr) {
    path->custom_paths = lappend(path->custom_paths, parts.bitmap);
  }
  List* limit = parts.most_distance == nullptr ? NIL : list_make1(parts.most_distance);
  // The elements are: 0, the plan's numbers; 1, the limit, as a list of one or NIL; 2, the
  // conditions; 3, the key index; 4, the deferred plan.
  path->custom_private =
      list_make5(write_plan(plan), limit, parts.conditions, parts.key_index, parts.deferred);
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
            .key_index = static_cast<List*>(list_nth(custom->custom_private, 3)),
            .deferred = static_cast<List*>(list_nth(custom->custom_private, 4))};
  return true;
}

List* make_key_condition(Integer* link, double expected, List* keys, bool may_go_first) {
  return list_make4(link, write_number(expected), keys, makeBoolean(may_go_first));
}

void register_filtered_scan() {
  RegisterCustomScanMethods(&kScanMethods);
}

}  // namespace vecext::pg
