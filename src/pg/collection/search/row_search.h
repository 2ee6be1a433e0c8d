// A search of one table as one statement and one query level, as a user would write it:
//
//   SELECT <columns>, <distance> FROM <table> AS t WHERE <conditions> ORDER BY <distance> LIMIT
//   <rows>
//
// The conditions are plain quals of the table, so that the planner can weigh all ways to find the
// rows. $1 is the query, and $2 its filter, if it has one.
#pragma once

#include "pg/collection/common/selector.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/source/row_source.h"
#include "pg/collection/source/text_index.h"
#include "pg/collection/source/vector_column.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "executor/tuptable.h"
}

namespace vecext::pg {

/// What rows are ordered by. It is the distance of a column, or of an index's expression, to a
/// vector, or the score of words by a bm25 index.
struct SearchedValue {
  AttrNumber column;  // InvalidAttrNumber if the expression of `index` is searched
  Oid index;          // InvalidOid if `column` is searched, by any index that the planner chooses
  Oid op;
  Oid query_type;
  CollectionDistance distance;
  bool is_normalized;  // a distance that is NaN, of a vector of zeros, counts as the score 0
  bool is_text;
  bool is_partial;  // the index has some rows of the table, and words are searched in these alone
};

SearchedValue searched_vector(const SearchedVector& vector);
SearchedValue searched_text(const TextIndex& index);

struct RowSearch {
  const RowSource& source;
  SearchedValue value;
  Datum query;
  bool is_exact;               // compares all rows, without an index of vectors
  int64 limit;                 // at least 1
  const PointSelector* shown;  // what is returned of points; null if nothing but ids and scores
};

/// Returns the `limit` best rows among those in which the searched value is not null, in the order
/// of their scores. Rows with equal scores are in the order of their ids or keys. An SPI connection
/// must be open. The hits live in the current memory context.
Hits search_rows(const RowSearch& search);

}  // namespace vecext::pg
