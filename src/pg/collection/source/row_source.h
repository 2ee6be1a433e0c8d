// The rows that a request searches: the points of a collection, or the rows of any table.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/source/column_filter.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The primary key of a table, or the id of the points of a collection.
struct TableKey {
  GrowingArray<AttrNumber> columns;  // empty if the table has no primary key
  Oid type;  // the type in which statements return the key, which is text if it has several columns
  Oid collation;
};

struct RowSource {
  Oid relid;
  const Collection* collection;  // null if the table is not a collection
  const TableKey* key;  // null if rows are points, which are known by their ids; otherwise rows are
                        // known by their places, and this key is returned
  Datum filter;         // jsonb; valid if has_filter
  bool has_filter;
  const ColumnFilter* column_filter;  // the same filter; null if it is about payloads
  bool has_ids;                       // the rows are restricted to the points in `ids`
  Datum ids;                          // an array of ids; valid if has_ids
  Datum* excluded;                    // ids
  int excluded_count;

  bool is_of_points() const { return key == nullptr; }

  /// The texts of statements about points depend on these.
  struct Shape {
    bool has_filter;
    bool has_ids;
  };
  Shape shape() const { return {.has_filter = has_filter, .has_ids = has_ids}; }
};

/// Return the source of all points of a collection, and of the points with these ids, an array.
RowSource source_of_points(const Collection& collection);
RowSource source_of_points(const Collection& collection, Datum ids);

/// Returns the source of all rows of a table. The view of an alias stands for its table. Locks the
/// table until the transaction ends. Raises an ERROR if the relation is not one that has rows.
RowSource rows_of_table(Oid relid);

/// Restricts the source to the rows that satisfy a filter in Qdrant's grammar. The filter {}
/// restricts nothing. No SPI connection may be open.
void set_filter(RowSource* source, const Json& filter);

/// Write the conditions of a source on the table t, and a WHERE clause of them.
void write_conditions(WhereClause* where, const RowSource& source);
inline void write_where(StatementDraft* draft, const RowSource& source) {
  WhereClause where(draft);
  write_conditions(&where, source);
}

/// Returns how many parameters the conditions of a source have.
int condition_count(const RowSource& source);

/// Sets the values of the parameters of the conditions, the first of which is $number. Returns the
/// number of the next parameter.
int set_conditions(ParamListInfo parameters, int number, const RowSource& source);

}  // namespace vecext::pg
