// The body of leaf_knn_<instruction set>.cpp. Such a file defines two names of its own,
// VECEXT_EIGEN and VECEXT_KNN, and includes this one.
#pragma once

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "core/graph/construct/gemm.h"
#include "core/graph/construct/leaf_knn.h"

namespace vecext::graph {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// how many distances are compared at once
constexpr std::int32_t kStep = 32;

/// Returns bits: bit i is set if distances[i] < limits[i] or distances[i] < limit.
inline std::uint32_t near_either(const float* distances, const float* limits, float limit) {
  std::uint32_t bits = 0;
  for (int i = 0; i < kStep; ++i) {
    const float larger = limits[i] > limit ? limits[i] : limit;
    bits |= distances[i] < larger ? 1U << i : 0U;
  }
  return bits;
}

template <std::int32_t kLength>
void clear(std::int32_t rows, KnnLists<kLength>* lists) {
  std::fill_n(lists->limit, kLeafRoom, -kInfinity);
  std::fill_n(lists->limit, rows, kInfinity);
  std::fill_n(lists->distance[0], rows * kLength, kInfinity);
  std::fill_n(lists->column[0], rows * kLength, -1);
}

/// A list as a single vector of any size, by the compilers' vector extension.
template <class T, std::int32_t kLength>
struct Lanes {
  using Vector [[gnu::vector_size(sizeof(T) * kLength)]] = T;

  Vector lanes;

  explicit Lanes(const T* from) { __builtin_memcpy(&lanes, from, sizeof lanes); }
  void store(T* to) const { __builtin_memcpy(to, &lanes, sizeof lanes); }

  /// Returns the lanes moved up by one, with `first` before them.
  Lanes shifted(T first) const {
    const auto shift = [&]<int... kLane>(std::integer_sequence<int, kLane...>) {
      Lanes moved = *this;
      moved.lanes = __builtin_shufflevector(lanes, Vector{first}, kLength, kLane...);
      return moved;
    };
    return shift(std::make_integer_sequence<int, kLength - 1>());
  }
};

/// Adds a column to the row's list if it is nearer than the last column of the list. It comes
/// behind columns that are equally near.
template <std::int32_t kLength>
inline void add(std::int32_t row, float distance, std::int32_t column, KnnLists<kLength>* lists) {
  Lanes<float, kLength> distances(lists->distance[row]);
  Lanes<std::int32_t, kLength> columns(lists->column[row]);
  const auto before = distances.shifted(-kInfinity);
  const auto columns_before = columns.shifted(0);
  const auto stays = distances.lanes <= distance;
  const auto moves = before.lanes > distance;
  distances.lanes =
      stays ? distances.lanes : (moves ? before.lanes : decltype(distances.lanes){} + distance);
  columns.lanes =
      stays ? columns.lanes : (moves ? columns_before.lanes : decltype(columns.lanes){} + column);
  distances.store(lists->distance[row]);
  columns.store(lists->column[row]);
  lists->limit[row] = distances.lanes[kLength - 1];
}

inline void set_column(const float* __restrict norms, float norm, std::int32_t count,
                       float* __restrict column) {
  for (std::int32_t r = 0; r < count; ++r) {
    column[r] = norms[r] + norm;
  }
}

/// Computes the distances between rows [i, i + count_i) and columns [j, j + count_j) into the
/// scratch.
void measure(const KnnTask& task, const KnnSide& columns, std::int32_t i, std::int32_t count_i,
             std::int32_t j, std::int32_t count_j) {
  KnnScratch& scratch = *task.scratch;
  const auto slice = [&](const KnnSide& side, std::int32_t first, std::int32_t count,
                         std::int32_t from, std::int32_t depth, int which) {
    const auto skipped = static_cast<std::size_t>(first) * static_cast<std::size_t>(task.dims);
    copy_slice(side.ids != nullptr ? side.x : side.x + skipped,
               side.ids != nullptr ? side.ids + first : nullptr, count, task.dims, task.reference,
               from, depth, scratch.slices[which]);
    return Factor{scratch.slices[which], count, depth, scratch.packed[which]};
  };
  const float* norms = task.rows.norms + i;
  for (std::int32_t c = 0; c < count_j; ++c) {
    set_column(norms, columns.norms[j + c], count_i, scratch.distances + c * kBlock);
  }
  for (std::int32_t from = 0; from < task.dims; from += kDepth) {
    const std::int32_t depth = std::min(kDepth, task.dims - from);
    subtract_products(slice(task.rows, i, count_i, from, depth, 0),
                      slice(columns, j, count_j, from, depth, 1), depth, scratch.distances, kBlock);
  }
}

/// Adds the distances of column j, which are to `count` rows from i on, to the lists of these rows.
/// If kBoth, also adds them to the list of row j.
template <bool kBoth, std::int32_t kLength>
inline void add_column(const float* distances, std::int32_t i, std::int32_t count, std::int32_t j,
                       KnnLists<kLength>* lists) {
  for (std::int32_t r = 0; r < count; r += kStep) {
    const std::uint32_t valid = count - r < kStep ? (1U << (count - r)) - 1 : ~0U;
    const float limit = kBoth ? lists->limit[j] : -kInfinity;
    std::uint32_t near = near_either(distances + r, lists->limit + i + r, limit) & valid;
    for (; near != 0; near &= near - 1) {
      const std::int32_t row = r + std::countr_zero(near);
      const float distance = distances[row];
      if (distance < lists->limit[i + row]) {
        add(i + row, distance, j, lists);
      }
      if (kBoth && distance < lists->limit[j]) {
        add(j, distance, i + row, lists);
      }
    }
  }
}

/// Finds the neighbors within a leaf. Multiplies each pair of blocks once, since a distance counts
/// for both of its rows.
void leaf(const KnnTask& task) {
  KnnScratch& scratch = *task.scratch;
  const std::int32_t n = task.rows.count;
  clear(n, &scratch.leaf);
  for (std::int32_t j = 0; j < n; j += kBlock) {
    const std::int32_t count_j = std::min(kBlock, n - j);
    for (std::int32_t i = j; i >= 0; i -= kBlock) {
      const std::int32_t count_i = std::min(kBlock, n - i);
      measure(task, task.rows, i, count_i, j, count_j);
      for (std::int32_t c = 0; c < count_j; ++c) {
        add_column<true>(scratch.distances + c * kBlock, i, i == j ? c : count_i, j + c,
                         &scratch.leaf);
      }
    }
  }
}

template <std::int32_t kLength>
void add_columns(const KnnTask& task, KnnLists<kLength>* lists) {
  KnnScratch& scratch = *task.scratch;
  for (std::int32_t j = 0; j < task.columns.count; j += kBlock) {
    const std::int32_t count_j = std::min(kBlock, task.columns.count - j);
    measure(task, task.columns, 0, task.rows.count, j, count_j);
    for (std::int32_t c = 0; c < count_j; ++c) {
      add_column<false>(scratch.distances + c * kBlock, 0, task.rows.count, j + c, lists);
    }
  }
}

void leaders(const KnnTask& task) {
  clear(task.rows.count, &task.scratch->leaders);
  add_columns(task, &task.scratch->leaders);
}

void more(const KnnTask& task, KnnLists<kLeafNeighbors>* lists) {
  add_columns(task, lists);
}

}  // namespace

const KnnFunctions VECEXT_KNN{leaf, leaders, more};

}  // namespace vecext::graph
