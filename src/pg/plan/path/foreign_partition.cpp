#include "pg/plan/path/foreign_partition.h"

#include "pg/plan/form/distance_form.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_amop.h"
#include "foreign/foreign.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// True if the operator is one by which indexes return the nearest rows first.
bool is_distance_operator(Oid op) {
  CatCList* members = SearchSysCacheList2(AMOPOPID, ObjectIdGetDatum(op), CharGetDatum(AMOP_ORDER));
  const bool is = members->n_members > 0;
  ReleaseSysCacheList(members);
  return is;
}

bool orders_by_distance(const PlannerInfo* root, const RelOptInfo* rel) {
  const auto* first = static_cast<const PathKey*>(linitial(root->query_pathkeys));
  ClassMembers members(first->pk_eclass, rel->relids);
  while (const EquivalenceMember* member = members.next()) {
    DistanceForm form;
    const Node* inner = innermost(reinterpret_cast<const Node*>(member->em_expr), &form);
    if (IsA(inner, OpExpr) && is_distance_operator(reinterpret_cast<const OpExpr*>(inner)->opno)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_of_postgres_fdw(const RelOptInfo* rel) {
  const ForeignServer* server = GetForeignServer(rel->serverid);
  const char* handler = get_func_name(GetForeignDataWrapper(server->fdwid)->fdwhandler);
  return handler != nullptr && strcmp(handler, "postgres_fdw_handler") == 0;
}

bool is_searched_foreign_partition(const PlannerInfo* root, const RelOptInfo* rel) {
  return rel->reloptkind == RELOPT_OTHER_MEMBER_REL && rel->fdwroutine != nullptr &&
         root->query_pathkeys != NIL && bms_is_empty(rel->lateral_relids) &&
         orders_by_distance(root, rel) && is_of_postgres_fdw(rel);
}

}  // namespace vecext::pg
