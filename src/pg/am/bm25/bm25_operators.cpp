// The operators <@> and @@@, for rows whose score no index scan has.
#include "pg/am/bm25/statement_query.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// What a call site keeps.
struct CallSite {
  QueryHolder holder;
  MemoryContext row_context;
};

CallSite* call_site(FunctionCallInfo fcinfo) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (site == nullptr) {
    const MemoryContext parent = fcinfo->flinfo->fn_mcxt;
    site = zeroed_in<CallSite>(parent);
    site->row_context = AllocSetContextCreate(parent, "vecext bm25 row", ALLOCSET_DEFAULT_SIZES);
    fcinfo->flinfo->fn_extra = site;
  }
  return site;
}

StatementQuery* query_of(FunctionCallInfo fcinfo, CallSite* site) {
  return hold_query(*bm25_query_of(PG_GETARG_DATUM(1)), &site->holder, fcinfo->flinfo->fn_mcxt);
}

template <class Look>
auto look_at_value(FunctionCallInfo fcinfo, CallSite* site, StatementQuery* query, TextKind kind,
                   const Look& look) {
  const TextScorer& scorer = scorer_of(query);
  const MemoryContext before = MemoryContextSwitchTo(site->row_context);
  const auto result = look(scorer, kind, PG_GETARG_DATUM(0));
  MemoryContextSwitchTo(before);
  MemoryContextReset(site->row_context);
  return result;
}

/// Computes <@>. If a scan has found the row, it has the score. Otherwise the text is made into
/// words.
Datum distance(FunctionCallInfo fcinfo, TextKind kind) {
  CallSite* site = call_site(fcinfo);
  StatementQuery* query = query_of(fcinfo, site);
  if (const auto found = distance_in_scan(*query, PG_GETARG_DATUM(0)); found.has_value()) {
    return Float8GetDatum(*found);
  }
  return Float8GetDatum(look_at_value(fcinfo, site, query, kind, text_distance));
}

Datum matches(FunctionCallInfo fcinfo, TextKind kind) {
  CallSite* site = call_site(fcinfo);
  return BoolGetDatum(look_at_value(fcinfo, site, query_of(fcinfo, site), kind, text_matches));
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

// Raises the error that there is no index. The planner replaces a call with a query that names no
// index, so the executor makes this call only if the planner has found no index for the query.
VECEXT_FUNCTION(vecext_bm25_without_index)
{
  (void)fcinfo;
  ereport(
      ERROR,
      (errcode(ERRCODE_UNDEFINED_OBJECT),
       errmsg("there is no bm25 index to weight the words of a query by"),
       errdetail(
           "The left operand is not a column or an expression that a bm25 index has, or the "
           "operator "
           "stands where none is looked for: with ANY or ALL, in a constraint, a condition of a "
           "trigger, statistics, or COPY."),
       errhint("Create an index USING bm25, or name one: vecext.bm25_query(words, index).")));
}

}  // namespace vecext::pg
