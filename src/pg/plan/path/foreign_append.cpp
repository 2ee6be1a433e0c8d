#include "pg/plan/path/foreign_append.h"

#include "pg/plan/path/foreign_limit.h"
#include "pg/sys/list.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "foreign/fdwapi.h"
#include "optimizer/planner.h"
}

namespace vecext::pg {

namespace {

create_upper_paths_hook_type previous_hook;

/// Returns the foreign scan that the member of an Append executes, or null if the member is
/// another one.
ForeignPath* foreign_scan_of(Path* member) {
  if (IsA(member, ProjectionPath) && reinterpret_cast<ProjectionPath*>(member)->dummypp) {
    member = reinterpret_cast<ProjectionPath*>(member)->subpath;
  }
  return IsA(member, ForeignPath) ? reinterpret_cast<ForeignPath*>(member) : nullptr;
}

/// True if the member returns the LIMIT first rows of a foreign table alone, and the executor scans
/// it asynchronously below an Append.
bool is_async(Path* member) {
  ForeignPath* scan = foreign_scan_of(member);
  if (scan == nullptr || !is_limited_foreign_path(scan)) {
    return false;
  }
  const FdwRoutine* routine = scan->path.parent->fdwroutine;
  return routine->IsForeignPathAsyncCapable != nullptr && routine->IsForeignPathAsyncCapable(scan);
}

/// Returns the members of a Merge Append in the query's order if all can be scanned at the same
/// time, or an empty list if the relation does not have such a path.
List* async_members(const PlannerInfo* root, const RelOptInfo* rel) {
  for (auto* path : list_of<Path>(rel->pathlist)) {
    if (!IsA(path, MergeAppendPath) || path->param_info != nullptr ||
        !pathkeys_contained_in(root->sort_pathkeys, path->pathkeys)) {
      continue;
    }
    List* members = reinterpret_cast<MergeAppendPath*>(path)->subpaths;
    bool all_are_async = list_length(members) > 1;
    for (auto* member : list_of<Path>(members)) {
      all_are_async = all_are_async && is_async(member);
    }
    if (all_are_async) {
      return list_copy(members);
    }
  }
  return NIL;
}

/// What the members on the server of `first` cost: they share a connection, which executes one
/// after another.
Cost cost_of_server(List* members, const Path* first) {
  Cost cost = 0;
  for (const auto* member : list_of<Path>(members)) {
    if (member->parent->serverid == first->parent->serverid) {
      cost += member->total_cost;
    }
  }
  return cost;
}

/// Returns an Append over the members. The planner charges it for all members in turn, but its rows
/// are there as soon as the slowest server has sent its own, and this server has passed them on.
Path* append_of(PlannerInfo* root, RelOptInfo* rel, List* members) {
  Path* append = &create_append_path(root, rel, members, NIL, NIL, nullptr, 0, false, -1)->path;
  Cost slowest = 0;
  for (const auto* member : list_of<Path>(members)) {
    slowest = Max(slowest, cost_of_server(members, member));
  }
  append->startup_cost = slowest;
  append->total_cost = slowest + append->rows * cpu_tuple_cost;
  return append;
}

void on_upper_paths(PlannerInfo* root, UpperRelationKind stage, RelOptInfo* input,
                    RelOptInfo* output, void* extra) {
  if (previous_hook != nullptr) {
    previous_hook(root, stage, input, output, extra);
  }
  if (stage != UPPERREL_ORDERED || !enable_async_append) {
    return;
  }
  List* members = async_members(root, input);
  if (members == NIL) {
    return;
  }
  // The members return so few rows that it costs nothing to sort them.
  Path* append = append_of(root, input, members);
  Path* sorted = &create_sort_path(root, output, append, root->sort_pathkeys, -1)->path;
  PathTarget* target = root->upper_targets[UPPERREL_ORDERED];
  add_path(output, sorted->pathtarget == target
                       ? sorted
                       : apply_projection_to_path(root, output, sorted, target));
}

}  // namespace

void offer_foreign_appends() {
  previous_hook = create_upper_paths_hook;
  create_upper_paths_hook = on_upper_paths;
}

}  // namespace vecext::pg
