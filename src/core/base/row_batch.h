// Rows in memory on their way into an index, whatever its access method.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

namespace vecext {

/// The sample of rows from which a build learns: `n` rows, each of which begins `stride` floats
/// after the one before. If `in_place` is true, nobody needs the rows afterwards, and the build may
/// overwrite them.
struct Sample {
  float* x;
  std::int32_t n;
  std::int32_t stride;
  bool in_place;
};

/// `n` rows, each of which begins `stride` floats after the one before, and their places in the
/// table.
struct RowBatch {
  const float* x;
  const RowId* rows;
  std::int32_t n;
  std::int32_t stride;
};

}  // namespace vecext
