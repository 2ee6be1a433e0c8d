#include "core/quant/transform_rows.h"

#include <algorithm>
#include <numeric>

#include "core/base/parallel.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// How many rows a task takes.
constexpr std::size_t kPieceRows = 64;

/// About how many rows are compared with the mean to see if it is nearer to them than the origin
/// is.
constexpr std::size_t kAskedRows = 1024;

/// True if the transform sets row i apart.
bool is_apart(const VectorTransform& transform, const TransformRows& rows, std::size_t i) {
  return transform.sets_apart && is_extreme(rows.x + i * rows.stride, transform.dims);
}

/// True if the mean is nearer to most rows than the origin is. `plain` is a transform that only
/// normalizes; `row` has room for D floats.
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

/// Returns part number `part` of `parts` equal parts of the rows.
TransformRows part_of(const TransformRows& rows, std::size_t part, std::size_t parts) {
  const std::size_t first = part * rows.n / parts;
  return {rows.x + first * rows.stride, (part + 1) * rows.n / parts - first, rows.stride};
}

/// Sets `mean`, which is zeros, to the mean of the rows that are not set apart, and returns how
/// many these are. `row` has room for D floats.
std::size_t add_mean(const VectorTransform& plain, const TransformRows& rows, float* row,
                     float* mean) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.n; ++i) {
    if (is_apart(plain, rows, i)) {
      continue;
    }
    transform_vector(plain, rows.x + i * rows.stride, false, row);
    ++count;
    for (std::size_t j = 0; j < static_cast<std::size_t>(plain.dims); ++j) {
      mean[j] += (row[j] - mean[j]) / static_cast<float>(count);
    }
  }
  return count;
}

}  // namespace

Status mean_of_rows(const VectorTransform& transform, const TransformRows& rows,
                    const ParallelOptions& options, Arena scratch, float* mean) {
  // The division into pieces does not depend on the threads. The means of the pieces take little
  // memory compared with their rows.
  constexpr std::size_t kFewestRows = 4096;
  constexpr std::size_t kMostPieces = 256;
  constexpr std::size_t kAddition = 4;  // a dimension's normalization and sum, in multiply-adds
  const auto dims = static_cast<std::size_t>(transform.rotated);
  const std::size_t pieces = std::clamp(rows.n / kFewestRows, std::size_t{1}, kMostPieces);
  auto* means = scratch.array<float>(pieces * dims);
  auto* counts = scratch.array<std::size_t>(pieces);
  auto* vectors = scratch.array<float>(static_cast<std::size_t>(options.threads) * dims);
  auto* zeros = scratch.array<float>(dims);
  if (means == nullptr || counts == nullptr || vectors == nullptr || zeros == nullptr) {
    return out_of_memory();
  }
  std::fill_n(means, pieces * dims, 0.0F);
  std::fill_n(zeros, dims, 0.0F);
  // Without rotation and with a mean of zero, transform_vector() only normalizes.
  VectorTransform plain = transform;
  plain.is_rotated = false;
  plain.mean = zeros;
  const std::size_t work = rows.n / pieces * dims * kAddition;
  const Status status = for_each(options, pieces, work, [&](std::size_t piece, std::int32_t slot) {
    const TransformRows part = part_of(rows, piece, pieces);
    counts[piece] = add_mean(plain, part, vectors + static_cast<std::size_t>(slot) * dims,
                             means + piece * dims);
  });
  if (!status.ok()) {
    return status;
  }
  const std::size_t count = std::accumulate(counts, counts + pieces, std::size_t{0});
  for (std::size_t j = 0; j < dims; ++j) {
    double sum = 0;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      sum += static_cast<double>(counts[piece]) * static_cast<double>(means[piece * dims + j]);
    }
    mean[j] = count == 0 ? 0 : static_cast<float>(sum / static_cast<double>(count));
  }
  if (!is_central(plain, rows, mean, vectors)) {
    std::fill_n(mean, dims, 0.0F);
  }
  return {};
}

Status transform_rows(const VectorTransform& transform, const TransformRows& rows,
                      const ParallelOptions& options, float* out, std::size_t out_stride) {
  const auto dims = static_cast<std::size_t>(transform.rotated);
  constexpr std::size_t kRotation = 32;  // a dimension's share of a rotation, in multiply-adds
  return for_each(options, (rows.n + kPieceRows - 1) / kPieceRows, kPieceRows * dims * kRotation,
                  [&](std::size_t piece, std::int32_t) {
                    const std::size_t end = std::min(rows.n, (piece + 1) * kPieceRows);
                    for (std::size_t i = piece * kPieceRows; i < end; ++i) {
                      transform_vector(transform, rows.x + i * rows.stride, false,
                                       out + i * out_stride);
                    }
                  });
}

}  // namespace vecext
