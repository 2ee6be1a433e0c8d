// Filters on the rows of a table, which need not be a collection.
#pragma once

#include "core/condition/condition.h"
#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The table that is searched.
struct SearchedTable {
  Oid relid;
  const Collection* collection;  // null: it is none
  GrowingArray<AttrNumber> key;  // columns of the primary key; none: it has none
  Oid key_type;                  // of the key as statements return it: of several columns, text
  Oid key_collation;
};

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

struct TableFilter {
  Datum filter;  // jsonb; if `is_set`
  bool is_set;
  GrowingArray<AttrNumber> columns;  // that the filter is about; of a collection none
  GrowingArray<ColumnBound> bounds;
  bool is_decided;  // by the bounds alone
  GrowingArray<DocumentFilter> documents;
};

/// True if a filter of the table is about payloads of points; otherwise its keys begin with the
/// name of a column.
inline bool is_filter_of_points(const SearchedTable& table) {
  return table.collection != nullptr;
}

/// Reads a filter of Qdrant's grammar; {} restricts nothing. No SPI connection may be open.
TableFilter read_table_filter(const SearchedTable& table, const Json& filter);

/// Writes the conditions of a statement about the table t. The filter is the next parameter, and
/// bounds are those after it: set_filter_values() gives their values.
void write_filter(WhereClause* where, const SearchedTable& table, const TableFilter& filter);
int parameter_count(const SearchedTable& table, const TableFilter& filter);
void set_filter_values(ParamListInfo parameters, int number, const SearchedTable& table,
                       const TableFilter& filter);

}  // namespace vecext::pg
