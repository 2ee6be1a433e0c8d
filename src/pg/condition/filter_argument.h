// The filter that a function is called with, parsed once for a call site.
#pragma once

#include "pg/condition/filter.h"
#include "pg/condition/filter_dialect.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a call site keeps in the memory of its FmgrInfo.
struct FilterSite {
  MemoryContext context;  // of the filter; reset when another one comes
  MemoryContext scratch;
  bool is_constant;  // the argument is the same in each call
  bool is_parsed;
  bool is_checked;         // the filter names only vectors that `layout` has
  std::string_view bytes;  // of the argument that `filter` was parsed from
  FilterDialect dialect;   // that `filter` was parsed in
  Filter filter;
  struct RowLayout* layout;  // of the rows that came; null: none yet
};

/// Returns the call site, whose filter is the argument of that number, of type jsonb or text:
/// parsed if it is not the filter of the call before, or is of another dialect. Raises an ERROR if
/// it is not valid.
FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type);

/// Returns the same of a filter in that dialect.
FilterSite* filter_argument(FunctionCallInfo fcinfo, int argument, Oid type, FilterDialect dialect);

}  // namespace vecext::pg
