// vecext.count_points() counts points exactly, or returns the planner's estimate if the planner
// knows the table and counting would take long.
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/points/point_target.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "nodes/plannodes.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
}

namespace vecext::pg {

namespace {

SPIPlanPtr count_plan(const PointTarget& target, bool is_exact) {
  struct Shape {
    PointTarget::Shape target;
    bool is_exact;
  };
  const Shape shape{.target = target.shape(), .is_exact = is_exact};
  return kept_plan(statement_key(target.collection->relid, StatementKind::kCountPoints, shape),
                   [&](StatementDraft& draft) {
                     (draft << "SELECT " << (is_exact ? "pg_catalog.count(*) FROM " : "FROM "))
                             .table(target.collection->relid)
                         << " AS t WHERE ";
                     append_target(target, "t", draft);
                   });
}

/// Returns the number of rows that the planner expects. Rights are checked here, as planning a
/// statement does not check them.
double estimate(const PointTarget& target, ParamListInfo parameters) {
  const Oid relid = target.collection->relid;
  if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK) {
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relid));
  }
  auto* source = static_cast<CachedPlanSource*>(
      linitial(SPI_plan_get_plan_sources(count_plan(target, false))));
  CachedPlan* plan = GetCachedPlan(source, parameters, CurrentResourceOwner, nullptr);
  const double rows = linitial_node(PlannedStmt, plan->stmt_list)->planTree->plan_rows;
  ReleaseCachedPlan(plan, CurrentResourceOwner);
  return rows;
}

/// A table of at most this many pages is counted within milliseconds, unless a filter reads long
/// payloads.
constexpr int64 kFewPages = 256;

/// True if the points are to be counted in place of an estimate: the planner takes a table of few
/// pages that was never analyzed for one of hundreds of rows, and autovacuum leaves a table of less
/// than fifty rows so.
bool is_better_counted(Oid relid) {
  int64 pages = 0;
  const List* tables = find_all_inheritors(relid, AccessShareLock, nullptr);
  for (const Oid table : oids_of(tables)) {
    const Relation relation = table_open(table, NoLock);
    if (RELKIND_HAS_STORAGE(relation->rd_rel->relkind)) {
      pages += RelationGetNumberOfBlocks(relation);
    }
    table_close(relation, NoLock);
  }
  return pages <= kFewPages;
}

}  // namespace

VECEXT_FUNCTION(vecext_count_points)
{
  const PointTarget target =
      filter_target(*begin_call_on_collection(fcinfo, 0), jsonb_argument(fcinfo, 1));
  const ParamListInfo parameters =
      target.filter == nullptr ? nullptr : parameters_with_target({}, target);
  const bool is_exact =
      PG_ARGISNULL(2) || PG_GETARG_BOOL(2) || is_better_counted(target.collection->relid);
  PG_RETURN_INT64(with_statements([&] {
    return is_exact ? DatumGetInt64(*read_value(count_plan(target, true), parameters))
                    : static_cast<int64>(estimate(target, parameters));
  }));
}

}  // namespace vecext::pg
