#include "pg/plan/path/foreign_limit.h"

#include "pg/plan/path/foreign_partition.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "foreign/fdwapi.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
}

namespace vecext::pg {

namespace {

/// True if the rows of the relation go to the query's LIMIT one for one: nothing joins, groups,
/// locks or multiplies them. The LIMIT is a value that does not change during the query. An OFFSET
/// skips rows of the whole table, so that a partition must not skip rows, but postgres_fdw would
/// send it along.
bool limits_rows_of_table(const PlannerInfo* root) {
  const Query* query = root->parse;
  const Node* count = query->limitCount;
  const bool has_constant_limit =
      count != nullptr && query->limitOffset == nullptr &&
      query->limitOption == LIMIT_OPTION_COUNT &&
      (IsA(count, Const)
           ? !reinterpret_cast<const Const*>(count)->constisnull
           : IsA(count, Param) && reinterpret_cast<const Param*>(count)->paramkind == PARAM_EXTERN);
  return has_constant_limit && query->commandType == CMD_SELECT && query->rowMarks == NIL &&
         query->groupClause == NIL && query->groupingSets == NIL && !query->hasAggs &&
         query->havingQual == nullptr && !query->hasWindowFuncs && query->distinctClause == NIL &&
         !query->hasTargetSRFs && query->setOperations == nullptr &&
         bms_membership(root->all_baserels) == BMS_SINGLETON;
}

/// Returns the path whose server sorts the relation's rows as the query does, or null.
ForeignPath* sorted_foreign_path(const PlannerInfo* root, const RelOptInfo* rel) {
  for (auto* path : list_of<Path>(rel->pathlist)) {
    if (IsA(path, ForeignPath) && path->param_info == nullptr &&
        pathkeys_contained_in(root->query_pathkeys, path->pathkeys)) {
      return reinterpret_cast<ForeignPath*>(path);
    }
  }
  return nullptr;
}

/// Returns the path by which postgres_fdw would apply the LIMIT to the relation alone, or null if
/// it cannot, as with a condition that the other server does not know. postgres_fdw expects to be
/// asked for a table of the query, and makes the same path for a partition as for such a table.
const ForeignPath* ask_for_limited_path(PlannerInfo* root, RelOptInfo* rel,
                                        FinalPathExtraData extra) {
  RelOptInfo* limited = makeNode(RelOptInfo);
  limited->reloptkind = RELOPT_UPPER_REL;
  limited->relids = rel->relids;
  limited->reltarget = rel->reltarget;
  rel->reloptkind = RELOPT_BASEREL;
  rel->fdwroutine->GetForeignUpperPaths(root, UPPERREL_FINAL, rel, limited, &extra);
  rel->reloptkind = RELOPT_OTHER_MEMBER_REL;
  return limited->pathlist == NIL ? nullptr : linitial_node(ForeignPath, limited->pathlist);
}

}  // namespace

void limit_foreign_path(PlannerInfo* root, RelOptInfo* rel) {
  ForeignPath* sorted = limits_rows_of_table(root) ? sorted_foreign_path(root, rel) : nullptr;
  if (sorted == nullptr) {
    return;
  }
  const auto* count = reinterpret_cast<const Const*>(root->parse->limitCount);
  FinalPathExtraData extra{};
  extra.limit_needed = true;
  extra.limit_tuples = root->limit_tuples;
  extra.count_est = IsA(count, Const) ? DatumGetInt64(count->constvalue) : -1;
  const ForeignPath* limited = ask_for_limited_path(root, rel, extra);
  if (limited == nullptr) {
    return;
  }
  // What postgres_fdw notes in a path to send the LIMIT does not depend on the order of the path.
  auto* path = palloc_object<ForeignPath>(*sorted);
  path->fdw_private = limited->fdw_private;
  adjust_limit_rows_costs(&path->path.rows, &path->path.startup_cost, &path->path.total_cost,
                          extra.offset_est, extra.count_est);
  // If few rows are expected, both paths cost the same, and add_path() would keep the first.
  rel->pathlist = list_delete_ptr(rel->pathlist, sorted);
  add_path(rel, &path->path);
}

// postgres_fdw notes in its paths of a table what lies above the scan, which is nothing but what
// limit_foreign_path() lets it note.
bool is_limited_foreign_path(const ForeignPath* path) {
  const RelOptInfo* rel = path->path.parent;
  return rel->reloptkind == RELOPT_OTHER_MEMBER_REL && path->fdw_private != NIL &&
         is_of_postgres_fdw(rel);
}

}  // namespace vecext::pg
