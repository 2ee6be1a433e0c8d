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

/// What becomes of points that are there, and of those that are not.
enum class WriteMode : std::uint8_t {
  kUpsert,         // replaced; inserted
  kInsertOnly,     // kept; inserted
  kUpdateOnly,     // replaced; left out
  kUpdateVectors,  // as the row has them, others stay; ERROR P0002 without the point
};

/// Writes the rows, which are in the order of compare_ids() and have no id twice. Points that are
/// there change if they satisfy `condition`, or always if that is null. Returns the number of
/// points written. An SPI connection is open.
std::uint64_t write_points(PointRows* rows, WriteMode mode, Jsonb* condition);

}  // namespace vecext::pg
