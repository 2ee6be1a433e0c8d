// The RESTRICT estimator of @@@: the share of the rows that match, by the number of documents that
// have each word.
#include "pg/am/bm25/bm25.h"
#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/common/access_method.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/pathnodes.h"
#include "parser/parsetree.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

/// The share of rows that match a query which the planner does not know.
constexpr double kShareOfUnknown = 0.01;

/// Returns the table that the query names. The relation may be a partition or a child of that
/// table, but the rights and policies of the named table apply.
const RangeTblEntry* named_table(PlannerInfo* root, Index relid) {
  while (root->append_rel_array != nullptr && root->append_rel_array[relid] != nullptr) {
    const Index parent = root->append_rel_array[relid]->parent_relid;
    if (planner_rt_fetch(parent, root)->rtekind != RTE_RELATION) {
      break;  // a child of UNION ALL
    }
    relid = parent;
  }
  return planner_rt_fetch(relid, root);
}

/// True if the user as whom the table is read may know how many rows of the table have a word.
/// Otherwise statistics must not be used, because an estimate shows in EXPLAIN, and in the time of
/// a query. If the table is not read as the owner of a view, the plan cache keeps the plan for the
/// current user alone.
bool may_know(PlannerInfo* root, const RelOptInfo* rel) {
  const RangeTblEntry* rte = named_table(root, rel->relid);
  const Oid user = OidIsValid(rel->userid) ? rel->userid : GetUserId();
  root->glob->dependsOnRole = root->glob->dependsOnRole || user == GetUserId();
  return rte->rtekind == RTE_RELATION && rte->securityQuals == NIL &&
         pg_class_aclcheck(rte->relid, user, ACL_SELECT) == ACLCHECK_OK;
}

/// Returns the index of the relation that `query`, which is not null, is for, or InvalidOid if
/// there is no such index. Operators of other types may have this estimator, too, so a constant is
/// read only if it has the type of the index's queries.
Oid index_of_rel(const RelOptInfo* rel, const Const* query) {
  for (const auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
    if (access_method_of(index) == &kBm25Method &&
        query->consttype ==
            find_class_operator(index->opfamily[0], index->opcintype[0], kMatchStrategy)
                .query_type &&
        is_query_of(bm25_query_of(query->constvalue)->index, index->indexoid)) {
      return index->indexoid;
    }
  }
  return InvalidOid;
}

double share_of(PlannerInfo* root, const RelOptInfo* rel, const Const* query) {
  const Oid oid = may_know(root, rel) ? index_of_rel(rel, query) : InvalidOid;
  if (!OidIsValid(oid)) {
    return kShareOfUnknown;
  }
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext bm25 share", ALLOCSET_SMALL_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  const Relation index = index_open(oid, AccessShareLock);
  const double share = estimate_share(index, *bm25_query_of(query->constvalue));
  index_close(index, AccessShareLock);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  return share;
}

}  // namespace

VECEXT_FUNCTION(vecext_bm25_matchsel)
{
  auto* root = reinterpret_cast<PlannerInfo*>(PG_GETARG_POINTER(0));
  auto* arguments = reinterpret_cast<List*>(PG_GETARG_POINTER(2));
  VariableStatData variable;
  Node* other;
  bool is_left;
  if (!get_restriction_variable(root, arguments, PG_GETARG_INT32(3), &variable, &other, &is_left)) {
    PG_RETURN_FLOAT8(kShareOfUnknown);
  }
  double share = kShareOfUnknown;
  if (is_left && IsA(other, Const) && variable.rel != nullptr) {
    const auto* query = reinterpret_cast<const Const*>(other);
    share = query->constisnull ? 0 : share_of(root, variable.rel, query);
  }
  ReleaseVariableStats(variable);
  CLAMP_PROBABILITY(share);
  PG_RETURN_FLOAT8(share);
}

}  // namespace vecext::pg
