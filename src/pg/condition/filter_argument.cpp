#include "pg/condition/filter_argument.h"

#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "nodes/primnodes.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// True if the argument is the same in each call: a constant, not a parameter.
bool is_constant(const FmgrInfo* function, int argument) {
  if (function->fn_expr == nullptr || !IsA(function->fn_expr, FuncExpr)) {
    return false;
  }
  const List* arguments = reinterpret_cast<FuncExpr*>(function->fn_expr)->args;
  return argument < list_length(arguments) && IsA(list_nth(arguments, argument), Const);
}

FilterSite* site_of(FunctionCallInfo fcinfo, int argument) {
  auto* site = static_cast<FilterSite*>(fcinfo->flinfo->fn_extra);
  if (site == nullptr) {
    const MemoryContext owner = fcinfo->flinfo->fn_mcxt;
    site = object_in<FilterSite>(owner);
    site->context = AllocSetContextCreate(owner, "vecext filter", ALLOCSET_SMALL_SIZES);
    site->scratch = AllocSetContextCreate(owner, "vecext filter work", ALLOCSET_DEFAULT_SIZES);
    site->is_constant = is_constant(fcinfo->flinfo, argument);
    fcinfo->flinfo->fn_extra = site;
  }
  return site;
}

bool is_parsed_in(const FilterSite* site, FilterDialect dialect) {
  return site->is_parsed && site->dialect == dialect;
}

/// Returns a copy of the value with a header of four bytes, which readers of jsonb expect.
const varlena* copy_in(MemoryContext context, const varlena* value) {
  const std::string_view bytes = view_of(value);
  auto* copy = static_cast<varlena*>(MemoryContextAlloc(context, bytes.size() + VARHDRSZ));
  SET_VARSIZE(copy, bytes.size() + VARHDRSZ);
  memcpy(VARDATA(copy), bytes.data(), bytes.size());
  return copy;
}

/// Makes the site forget its filter, so that it has none if parsing the next one raises an error.
/// Returns the emptied context.
MemoryContext empty_context(FilterSite* site) {
  site->is_parsed = false;
  MemoryContextReset(site->context);
  return site->context;
}

void keep(FilterSite* site, std::string_view bytes, FilterDialect dialect, const Filter& filter) {
  site->bytes = bytes;
  site->dialect = dialect;
  site->filter = filter;
  site->is_parsed = true;
  site->is_checked = false;
}

}  // namespace

FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type,
                            FilterDialect dialect) {
  FilterSite* site = site_of(fcinfo, argument);
  const bool is_parsed = is_parsed_in(site, dialect);
  if (site->is_constant && is_parsed) {
    return site;
  }
  auto* given = reinterpret_cast<varlena*>(DatumGetPointer(PG_GETARG_DATUM(argument)));
  const varlena* filter = pg_detoast_datum_packed(given);
  if (!is_parsed || view_of(filter) != site->bytes) {
    const MemoryContext context = empty_context(site);
    const varlena* copy = copy_in(context, filter);
    const Filter parsed = parse_filter(PointerGetDatum(copy), type, dialect, context);
    keep(site, view_of(copy), dialect, parsed);
  }
  if (filter != given) {
    pfree(const_cast<varlena*>(filter));
  }
  return site;
}

FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type) {
  return filter_argument(fcinfo, argument, type, dialect_of_value(PG_GETARG_DATUM(argument), type));
}

}  // namespace vecext::pg
