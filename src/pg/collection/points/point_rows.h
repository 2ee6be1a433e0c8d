// Rows of points on their way into a collection: id, vectors and payload in a tuplestore, which a
// statement reads as the table `vecext_points` with the columns id, v0, v1, … and payload.
#pragma once

#include "pg/collection/common/json_vector.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tupdesc.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

struct PointRows {
  const Collection* collection;
  bool has_payload;
  TupleDesc row;
  Tuplestorestate* store;
  std::uint64_t count;

  int columns() const { return 1 + collection->vector_count + (has_payload ? 1 : 0); }
};

/// Returns a store without rows, in memory of the current context. If `has_payload`, rows have a
/// payload, unless the collection has none.
PointRows new_point_rows(const Collection& collection, bool has_payload);

/// Adds a row. Its values are the id, all vectors of the collection and, if has_payload, the
/// payload.
void add_point_row(PointRows* rows, const Datum* values, const bool* is_null);

/// Returns an array of the ids of the rows.
Datum ids_of_rows(const PointRows& rows);

/// Lets statements read the rows as the table `vecext_points` until the current SPI connection
/// ends.
void show_point_rows(PointRows* rows);

}  // namespace vecext::pg
