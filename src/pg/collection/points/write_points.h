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

/// How a write treats points that the collection has.
struct WriteRule {
  WriteMode mode;
  Jsonb* condition;  // a filter that these points must satisfy to be changed; null if there is none
};

/// Reads the arguments `mode`, a text, and `condition` of upsert(); both may be null. Raises an
/// ERROR 22023 if the mode is unknown.
WriteRule write_rule_argument(FunctionCallInfo fcinfo, int mode, int condition);

/// Writes the rows, which must be in the order of compare_ids() and have each id once, and
/// frees them. Raises an ERROR 54000 if strict mode refuses the condition, or what the collection
/// would have then. No SPI connection may be open. Returns the number of points written.
std::uint64_t write_points(PointRows* rows, const WriteRule& rule);

}  // namespace vecext::pg
