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
  const char* op;  // of pg_catalog
  bool is_any;
  Oid type;
  Datum value;
};

/// A filter on the value of a jsonb column, which is not a part of the others.
struct DocumentFilter {
  AttrNumber column;
  Datum filter;  // jsonb
};

struct ColumnFilter {
  GrowingArray<AttrNumber> columns;  // of what is not about documents
  GrowingArray<ColumnBound> bounds;
  bool is_decided;  // by the bounds alone
  GrowingArray<DocumentFilter> documents;
};

/// Reads a filter on columns of a table. What is left without its conditions on documents is in
/// `rest`, a jsonb.
const ColumnFilter* filter_of_columns(Oid table, const Json& filter, const Filter& parsed,
                                      Datum* rest);

/// Writes the conditions of a statement about the table t, with parameters from the next one on.
void write_column_filter(WhereClause* where, Oid table, const ColumnFilter& filter);
int parameter_count(const ColumnFilter& filter);

/// Gives the values of the parameters from `number` on, and returns the next number.
int set_filter_values(ParamListInfo parameters, int number, Datum rest, const ColumnFilter& filter);

}  // namespace vecext::pg
