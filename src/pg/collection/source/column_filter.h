// Filters on the rows of a table that is not a collection: keys begin with the name of a column.
#pragma once

#include "core/condition/condition.h"
#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/condition/filter.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A condition on a column that the filter implies, so that the planner sees it and indexes serve
/// it: column <op> value, or column = ANY (value).
struct ColumnBound {
  AttrNumber column;
  const char* op;  // the name of an operator in pg_catalog
  bool is_any;
  Oid type;
  Datum value;
};

/// Conditions on the value of one jsonb column, as a filter of its own.
struct DocumentFilter {
  AttrNumber column;
  Datum filter;  // jsonb
};

struct ColumnFilter {
  GrowingArray<AttrNumber> columns;  // those that conditions outside `documents` are about
  GrowingArray<ColumnBound> bounds;
  bool is_decided;  // a row that satisfies all bounds satisfies the filter without `documents`
  GrowingArray<DocumentFilter> documents;
};

/// Reads a filter on columns of a table. Sets `rest`, a jsonb, to the filter without the conditions
/// that have gone to `documents`.
const ColumnFilter* filter_of_columns(Oid table, const Json& filter, const Filter& parsed,
                                      Datum* rest);

/// Writes the filter as conditions on the table t, and declares the parameters of the conditions.
void write_column_filter(WhereClause* where, Oid table, const ColumnFilter& filter);
int parameter_count(const ColumnFilter& filter);

/// Sets the values of the parameters that write_column_filter() has declared, the first of which is
/// $number. Returns the number of the next parameter.
int set_filter_values(ParamListInfo parameters, int number, Datum rest, const ColumnFilter& filter);

}  // namespace vecext::pg
