// vecext.matches() tells if a payload or a row satisfies a filter, by evaluating the filter.
#include "pg/condition/filter_argument.h"
#include "pg/condition/row_facts.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {

namespace {

bool payload_matches(FunctionCallInfo fcinfo, const FilterSite* site) {
  check_payload_decides(site->filter);
  Jsonb* payload = PG_GETARG_JSONB_P(0);
  const ServerFacts facts(site->filter, site->scratch);
  const bool result = satisfies(site->filter, root_value(payload), facts);
  PG_FREE_IF_COPY(payload, 0);
  return result;
}

bool row_matches(FunctionCallInfo fcinfo, FilterSite* site) {
  HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
  const Oid type = HeapTupleHeaderGetTypeId(row);
  const int32 typmod = HeapTupleHeaderGetTypMod(row);
  if (site->layout == nullptr || !is_layout_of(site->layout, type, typmod)) {
    const MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
    site->layout = row_layout(type, typmod);
    MemoryContextSwitchTo(before);
    site->is_checked = false;
  }
  if (!site->is_checked) {
    check_row_conditions(site->filter, site->layout);
    use_indexed_configs(&site->filter, site->layout, site->context);
    site->is_checked = true;
  }
  const bool result = satisfies(site->filter, row, site->layout, site->scratch);
  PG_FREE_IF_COPY(row, 0);
  return result;
}

}  // namespace

VECEXT_FUNCTION(vecext_matches_jsonb)
{ PG_RETURN_BOOL(payload_matches(fcinfo, filter_argument(fcinfo, 1, JSONBOID))); }

VECEXT_FUNCTION(vecext_matches_text)
{ PG_RETURN_BOOL(payload_matches(fcinfo, filter_argument(fcinfo, 1, TEXTOID))); }

VECEXT_FUNCTION(vecext_matches_langchain)
{
  PG_RETURN_BOOL(
      payload_matches(fcinfo, filter_argument(fcinfo, 1, JSONBOID, FilterDialect::kLangchain)));
}

VECEXT_FUNCTION(vecext_matches_llamaindex)
{
  PG_RETURN_BOOL(
      payload_matches(fcinfo, filter_argument(fcinfo, 1, JSONBOID, FilterDialect::kLlamaindex)));
}

VECEXT_FUNCTION(vecext_matches_row_jsonb)
{ PG_RETURN_BOOL(row_matches(fcinfo, filter_argument(fcinfo, 1, JSONBOID))); }

VECEXT_FUNCTION(vecext_matches_row_text)
{ PG_RETURN_BOOL(row_matches(fcinfo, filter_argument(fcinfo, 1, TEXTOID))); }

}  // namespace vecext::pg
