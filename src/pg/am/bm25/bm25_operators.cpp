// The operators <@> and @@@, where no index scan has the score.
#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/common/access_method.h"
#include "pg/am/bm25/bm25_handler.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// What a call site has prepared.
struct CallSite {
  MemoryContext query_context;  // of the query and the scorer
  MemoryContext row_context;
  const Bm25Query* query;
  TextScorer scorer;
};

CallSite* call_site(FunctionCallInfo fcinfo) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (site == nullptr) {
    const MemoryContext parent = fcinfo->flinfo->fn_mcxt;
    site = static_cast<CallSite*>(MemoryContextAllocZero(parent, sizeof(CallSite)));
    site->query_context = AllocSetContextCreate(parent, "vecext bm25 query", ALLOCSET_SMALL_SIZES);
    site->row_context = AllocSetContextCreate(parent, "vecext bm25 row", ALLOCSET_DEFAULT_SIZES);
    fcinfo->flinfo->fn_extra = site;
  }
  return site;
}

Relation open_bm25(Oid oid) {
  const char kind = get_rel_relkind(oid);
  if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("the index of a bm25 query does not exist, or is no index")));
  }
  const Relation index = index_open(oid, AccessShareLock);
  if (access_method_of(index) != &kBm25Method) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not a bm25 index", RelationGetRelationName(index))));
  }
  return index;
}

/// The scorer of a call. The index is read when the query changes.
const TextScorer& scorer_of(FunctionCallInfo fcinfo, TextKind kind, CallSite* site) {
  const Bm25Query* query = bm25_query_of(PG_GETARG_DATUM(1));
  if (site->query == nullptr || VARSIZE(site->query) != VARSIZE(query) ||
      memcmp(site->query, query, VARSIZE(query)) != 0) {
    site->query = nullptr;
    MemoryContextReset(site->query_context);
    const MemoryContext before = MemoryContextSwitchTo(site->query_context);
    auto* copy = static_cast<Bm25Query*>(palloc(VARSIZE(query)));
    memcpy(copy, query, VARSIZE(query));
    const Relation index = open_bm25(query->index);
    prepare_scorer(index, copy, &site->scorer);
    index_close(index, AccessShareLock);
    site->query = copy;
    MemoryContextSwitchTo(before);
  }
  site->scorer.kind = kind;
  return site->scorer;
}

template <class Look>
auto look_at_value(FunctionCallInfo fcinfo, TextKind kind, const Look& look) {
  CallSite* site = call_site(fcinfo);
  const TextScorer& scorer = scorer_of(fcinfo, kind, site);
  const MemoryContext before = MemoryContextSwitchTo(site->row_context);
  const auto result = look(scorer, PG_GETARG_DATUM(0));
  MemoryContextSwitchTo(before);
  MemoryContextReset(site->row_context);
  return result;
}

Datum distance(FunctionCallInfo fcinfo, TextKind kind) {
  return Float8GetDatum(look_at_value(fcinfo, kind, text_distance));
}

Datum matches(FunctionCallInfo fcinfo, TextKind kind) {
  return BoolGetDatum(look_at_value(fcinfo, kind, text_matches));
}

}  // namespace

VECEXT_FUNCTION(vecext_bm25_distance_text)
{ return distance(fcinfo, TextKind::kText); }
VECEXT_FUNCTION(vecext_bm25_distance_array)
{ return distance(fcinfo, TextKind::kArray); }
VECEXT_FUNCTION(vecext_bm25_distance_tsvector)
{ return distance(fcinfo, TextKind::kVector); }
VECEXT_FUNCTION(vecext_bm25_matches_text)
{ return matches(fcinfo, TextKind::kText); }
VECEXT_FUNCTION(vecext_bm25_matches_array)
{ return matches(fcinfo, TextKind::kArray); }
VECEXT_FUNCTION(vecext_bm25_matches_tsvector)
{ return matches(fcinfo, TextKind::kVector); }

// A query that names no index reaches the executor only if the planner has found none.
VECEXT_FUNCTION(vecext_bm25_without_index)
{
  (void)fcinfo;
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_OBJECT),
           errmsg("there is no bm25 index to weight the words of a query by"),
           errdetail("The left operand is no column or expression that a bm25 index has."),
           errhint("Create an index USING bm25, or name one: vecext.bm25_query(words, index).")));
}

}  // namespace vecext::pg
