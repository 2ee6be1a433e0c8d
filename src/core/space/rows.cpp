#include "core/space/rows.h"

#include <algorithm>
#include <cstring>

#include "core/cluster/parallel.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// Rows between two polls, or of a task on a thread.
constexpr std::size_t kPieceRows = 64;

/// Rows that are asked whether the mean is one of theirs.
constexpr std::size_t kAskedRows = 1024;

/// Does the space put row i where no mean is of use?
bool is_apart(const Space& space, const SpaceRows& rows, std::size_t i) {
  return space.sets_apart && is_extreme(rows.x + i * rows.stride, space.dims);
}

/// Is the mean nearer to most rows than the origin is? `plain` normalises alone; `row` has 2 D
/// floats, the second D of them `plain`'s zeros.
bool is_central(const Space& plain, const SpaceRows& rows, const float* mean, float* row) {
  const auto dims = static_cast<std::size_t>(plain.rotated);
  const std::size_t step = rows.n / kAskedRows + 1;
  std::size_t asked = 0;
  std::size_t nearer = 0;
  for (std::size_t i = 0; i < rows.n; i += step) {
    if (is_apart(plain, rows, i)) {
      continue;
    }
    to_space(plain, rows.x + i * rows.stride, false, row);
    const auto& kernels = kernel::active().f32;
    ++asked;
    nearer += kernels.l2_squared(row, mean, dims) < kernels.norm_squared(row, dims) ? 1 : 0;
  }
  return 2 * nearer >= asked;
}

}  // namespace

Status mean_of_rows(const Space& space, const SpaceRows& rows, const KMeansOptions& options,
                    float* mean, float* scratch) {
  const auto dims = static_cast<std::size_t>(space.rotated);
  float* row = scratch;
  float* zeros = scratch + dims;
  std::memset(mean, 0, dims * sizeof(float));
  std::memset(zeros, 0, dims * sizeof(float));
  // Without rotation and with a mean of zero, to_space is the normalisation alone.
  Space plain = space;
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
    to_space(plain, rows.x + i * rows.stride, false, row);
    ++count;
    for (std::size_t j = 0; j < static_cast<std::size_t>(space.dims); ++j) {
      mean[j] += (row[j] - mean[j]) / static_cast<float>(count);
    }
  }
  if (!is_central(plain, rows, mean, row)) {
    std::memset(mean, 0, dims * sizeof(float));
  }
  return {};
}

Status rows_to_space(const Space& space, const SpaceRows& rows, const KMeansOptions& options,
                     float* out, std::size_t out_stride) {
  const auto dims = static_cast<std::size_t>(space.rotated);
  constexpr std::size_t kRotation = 32;  // a dimension's share of a rotation in multiply-adds
  return cluster::for_each(options, (rows.n + kPieceRows - 1) / kPieceRows,
                           kPieceRows * dims * kRotation, [&](std::size_t piece, std::int32_t) {
                             const std::size_t end = std::min(rows.n, (piece + 1) * kPieceRows);
                             for (std::size_t i = piece * kPieceRows; i < end; ++i) {
                               to_space(space, rows.x + i * rows.stride, false,
                                        out + i * out_stride);
                             }
                           });
}

}  // namespace vecext
