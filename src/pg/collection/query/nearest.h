// The points nearest to a vector, by the index if there is one: one query level, in which
// conditions are plain quals of the table.
#pragma once

#include "pg/collection/search/table_search.h"
#include "pg/collection/common/request_value.h"
#include "pg/collection/common/selector.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The rows of a collection that a search may find.
struct PointSource {
  const Collection* collection;
  Datum filter;  // jsonb; if has_filter
  bool has_filter;
  bool has_ids;     // those of these ids alone
  Datum ids;        // an array of ids; if has_ids
  Datum* excluded;  // ids
  int excluded_count;

  /// What the texts of statements depend on.
  struct Shape {
    bool has_filter;
    bool has_ids;
  };
  Shape shape() const { return {.has_filter = has_filter, .has_ids = has_ids}; }
};

struct NearestRequest {
  PointSource source;
  const CollectionVector* column;
  Datum query;  // of the column's type
  int64 limit;  // at least 1
  bool is_exact;
  const PointSelector* shown;  // null: nothing but ids and scores
};

/// Fills in what is shown of a row: column `first`, from 1, is the first of append_point_columns().
void show(const PointSelector& shown, TupleTableSlot* row, int first, Hit* hit);

/// Fills in what is shown of points that are known by their ids. read_points() reads them even if
/// nothing is shown, and returns how many there are.
uint64 read_points(const Collection& collection, const PointSelector& shown, Hits* hits);
void show_points(const Collection& collection, const PointSelector& shown, Hits* hits);

/// Lets the source be the rows that satisfy a filter of Qdrant's grammar; {} restricts nothing. No
/// SPI connection may be open.
void set_filter(PointSource* source, const Json& filter);

/// Writes the conditions of a source, of the table t; or WHERE and these.
void write_conditions(WhereClause* where, const PointSource& source);
inline void write_where(StatementDraft* draft, const PointSource& source) {
  WhereClause where(draft);
  write_conditions(&where, source);
}

/// Gives the values of the conditions from parameter `number` on, and returns the next number.
int set_conditions(ParamListInfo parameters, int number, const PointSource& source);

/// Which points that have the vector are hits, for that query.
HitProducts hit_products(const CollectionVector& column, Datum query, bool is_exact);

/// A search of points by a vector or by words.
struct PointSearch {
  PointSource source;
  SearchedValue value;
  Datum query;
  HitProducts products;
  bool is_exact;
  int64 limit;                 // at least 1
  const PointSelector* shown;  // null: nothing but ids and scores
};

/// The `limit` best points that have the value, in the order of their scores, equal ones by id. An
/// SPI connection must be open. Hits live in the current memory context.
Hits search_points(const PointSearch& points);

/// The `limit` nearest points, in the order of their scores, equal ones by id. Points without that
/// vector are not found.
Hits nearest(const NearestRequest& request);

}  // namespace vecext::pg
