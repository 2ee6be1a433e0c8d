// Rows in memory on their way into an index, whatever its access method.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

namespace vecext {

/// What a build learns from: a sample of n rows, each `stride` floats after the one before. If
/// in_place is set, nobody needs the rows afterwards, and the build may overwrite them.
struct Sample {
  float* x;
  std::int32_t n;
  std::int32_t stride;
  bool in_place;
};

/// n rows, each `stride` floats after the one before, and their places in the table.
struct RowBatch {
  const float* x;
  const RowId* rows;
  std::int32_t n;
  std::int32_t stride;
};

}  // namespace vecext
