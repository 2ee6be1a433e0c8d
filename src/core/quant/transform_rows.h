// Transforms many rows, on several threads.
#pragma once

#include <cstddef>

#include "core/base/arena.h"
#include "core/base/parallel.h"
#include "core/base/status.h"
#include "core/quant/transform.h"

namespace vecext {

/// n rows of transform.dims floats, each `stride` floats after the one before.
struct TransformRows {
  const float* x;
  std::size_t n;
  std::size_t stride;
};

/// Computes the mean of the rows in the space before rotation, D floats, which transform_vector()
/// is to subtract from rows. Does not read transform.mean. The result does not depend on the number
/// of threads. It is all zeros if the origin is nearer to most rows than the mean: one row far from
/// all others draws the mean so far away that floats relative to it cannot distinguish the other
/// rows. Returns kCancelled when stopped.
Status mean_of_rows(const VectorTransform& transform, const TransformRows& rows,
                    const ParallelOptions& options, Arena scratch, float* mean);

/// Transforms the rows to D floats each. Each result begins `out_stride` floats after the one
/// before. `out` may be rows.x if the strides are equal. Returns kCancelled when stopped.
Status transform_rows(const VectorTransform& transform, const TransformRows& rows,
                      const ParallelOptions& options, float* out, std::size_t out_stride);

}  // namespace vecext
