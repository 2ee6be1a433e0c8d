#include "core/quant/transform_rows.h"

#include <algorithm>
#include <cstring>

#include "core/cluster/parallel.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// Rows between two polls, or of a task on a thread.
constexpr std::size_t kPieceRows = 64;

/// Rows that are compared with the mean to see whether it is central.
constexpr std::size_t kAskedRows = 1024;

/// True if the transform sets row i apart.
bool is_apart(const VectorTransform& transform, const TransformRows& rows, std::size_t i) {
  return transform.sets_apart && is_extreme(rows.x + i * rows.stride, transform.dims);
}

/// True if the mean is nearer to most rows than the origin is. `plain` normalizes alone; `row` has
/// 2 D floats, the second D of them `plain`'s zeros.
bool is_central(const VectorTransform& plain, const TransformRows& rows, const float* mean,
                float* row) {
  const auto dims = static_cast<std::size_t>(plain.rotated);
  const std::size_t step = rows.n / kAskedRows + 1;
  std::size_t asked = 0;
  std::size_t nearer = 0;
  for (std::size_t i = 0; i < rows.n; i += step) {
    if (is_apart(plain, rows, i)) {
      continue;
    }
    transform_vector(plain, rows.x + i * rows.stride, false, row);
    const auto& kernels = kernel::active().f32;
    ++asked;
    nearer += kernels.l2_squared(row, mean, dims) < kernels.norm_squared(row, dims) ? 1 : 0;
  }
  return 2 * nearer >= asked;
}

}  // namespace

Status mean_of_rows(const VectorTransform& transform, const TransformRows& rows,
                    const ParallelOptions& options, float* mean, float* scratch) {
  const auto dims = static_cast<std::size_t>(transform.rotated);
  float* row = scratch;
  float* zeros = scratch + dims;
  std::memset(mean, 0, dims * sizeof(float));
  std::memset(zeros, 0, dims * sizeof(float));
  // Without rotation and with a mean of zero, transform_vector is the normalization alone.
  VectorTransform plain = transform;
  plain.is_rotated = false;
  plain.mean = zeros;
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.n; ++i) {
    if (i % kPieceRows == 0 && cluster::stopped(options)) {
      return {.code = StatusCode::kCancelled};
    }
    if (is_apart(plain, rows, i)) {
      continue;
    }
    transform_vector(plain, rows.x + i * rows.stride, false, row);
    ++count;
    for (std::size_t j = 0; j < static_cast<std::size_t>(transform.dims); ++j) {
      mean[j] += (row[j] - mean[j]) / static_cast<float>(count);
    }
  }
  if (!is_central(plain, rows, mean, row)) {
    std::memset(mean, 0, dims * sizeof(float));
  }
  return {};
}

Status transform_rows(const VectorTransform& transform, const TransformRows& rows,
                      const ParallelOptions& options, float* out, std::size_t out_stride) {
  const auto dims = static_cast<std::size_t>(transform.rotated);
  constexpr std::size_t kRotation = 32;  // a dimension's share of a rotation in multiply-adds
  return cluster::for_each(options, (rows.n + kPieceRows - 1) / kPieceRows,
                           kPieceRows * dims * kRotation, [&](std::size_t piece, std::int32_t) {
                             const std::size_t end = std::min(rows.n, (piece + 1) * kPieceRows);
                             for (std::size_t i = piece * kPieceRows; i < end; ++i) {
                               transform_vector(transform, rows.x + i * rows.stride, false,
                                                out + i * out_stride);
                             }
                           });
}

}  // namespace vecext
