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

/// Rows in memory of the current context. `has_payload`: with a payload, if the collection has one.
PointRows new_point_rows(const Collection& collection, bool has_payload);

/// Adds a row: id, all vectors, payload.
void add_point_row(PointRows* rows, const Datum* values, const bool* is_null);

/// Returns an array of the ids of the rows.
Datum ids_of_rows(const PointRows& rows);

/// Lets statements of the current SPI connection read the rows, until it ends.
void show_point_rows(PointRows* rows);

}  // namespace vecext::pg
