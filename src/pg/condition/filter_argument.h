// The filter that a function is called with, parsed once for a call site.
#pragma once

#include "pg/condition/filter.h"
#include "pg/condition/filter_dialect.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a call site keeps in the memory of its FmgrInfo.
struct FilterSite {
  MemoryContext context;  // of the filter; reset when another filter comes
  MemoryContext scratch;
  bool is_constant;  // the argument is the same in each call
  bool is_parsed;
  bool is_checked;         // the filter names only vectors that `layout` has, and reads texts by
                           // the configurations of the collection
  std::string_view bytes;  // of the argument from which `filter` was parsed
  FilterDialect dialect;   // in which `filter` was parsed
  Filter filter;
  struct RowLayout* layout;  // of the rows of the calls; null before the first one
};

/// Returns the call site with the filter that the argument of that number is, of type jsonb or
/// text. The argument is parsed again only if the filter or its dialect has changed since the last
/// call. Raises an ERROR if the filter is not valid.
FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type);

/// Returns the same for a filter that is in the given dialect.
FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type, FilterDialect dialect);

}  // namespace vecext::pg
