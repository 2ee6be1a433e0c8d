// The rows that a request searches: the points of a collection, or the rows of any table.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/source/column_filter.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The primary key of a table.
struct TableKey {
  GrowingArray<AttrNumber> columns;  // none: the table has no key
  Oid type;                          // as statements return it: of several columns, text
  Oid collation;
};

struct RowSource {
  Oid relid;
  const Collection* collection;  // null if the table is not one
  const TableKey* key;           // null: rows are points, known by their ids. Otherwise rows
                                 // are known by their places, and shown by this key
  Datum filter;                  // jsonb; if has_filter
  bool has_filter;
  const ColumnFilter* column_filter;  // the filter as conditions on columns; null if it is one of
                                      // points
  bool has_ids;                       // points of these ids alone
  Datum ids;                          // an array of ids; if has_ids
  Datum* excluded;                    // ids
  int excluded_count;

  bool is_of_points() const { return key == nullptr; }
  bool has_conditions() const { return has_filter || has_ids; }

  /// What the texts of statements depend on, for points.
  struct Shape {
    bool has_filter;
    bool has_ids;
  };
  Shape shape() const { return {.has_filter = has_filter, .has_ids = has_ids}; }
};

/// Return all points of a collection, and those of `ids`, an array.
RowSource source_of_points(const Collection& collection);
RowSource source_of_points(const Collection& collection, Datum ids);

/// Returns all rows of a table, or of the table of an alias. It must be one that has rows, and is
/// locked until the transaction ends.
RowSource rows_of_table(Oid relid);

/// Lets the source be the rows that satisfy a filter of Qdrant's grammar; {} restricts nothing. No
/// SPI connection may be open.
void set_filter(RowSource* source, const Json& filter);

/// Writes the conditions of a source, of the table t; or WHERE and these.
void write_conditions(WhereClause* where, const RowSource& source);
inline void write_where(StatementDraft* draft, const RowSource& source) {
  WhereClause where(draft);
  write_conditions(&where, source);
}

/// Returns how many parameters the conditions have.
int condition_count(const RowSource& source);

/// Gives the values of the conditions from parameter `number` on, and returns the next number.
int set_conditions(ParamListInfo parameters, int number, const RowSource& source);

}  // namespace vecext::pg
