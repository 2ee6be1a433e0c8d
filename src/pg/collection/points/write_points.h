// Statements that write rows of points into a collection.
#pragma once

#include <cstdint>

#include "pg/collection/points/point_rows.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// What a write does to points that the collection has, and to those that it does not have.
enum class WriteMode : std::uint8_t {
  kUpsert,         // replaces; inserts
  kInsertOnly,     // keeps; inserts
  kUpdateOnly,     // replaces; leaves out
  kUpdateVectors,  // vectors that the row has are replaced, the others kept; ERROR P0002 if there
                   // is no such point
};

/// Writes the rows, which must be in the order of compare_ids() and have each id once. A point that
/// the collection has already is changed only if it satisfies the filter `condition`, unless that
/// is null. Returns the number of points written. An SPI connection must be open.
std::uint64_t write_points(PointRows* rows, WriteMode mode, Jsonb* condition);

}  // namespace vecext::pg
