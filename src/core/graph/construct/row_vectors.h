// The vectors of the nodes, which every step of a construction reads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/graph/construct/graph.h"
#include "core/kernel/kernel.h"

namespace vecext::graph {

/// The distinct rows of x: node i has row row[i].
struct Vectors {
  const float* x;
  const std::uint32_t* row;
  std::uint32_t nodes;
  std::int32_t dims;

  const float* of_row(std::size_t r) const { return x + r * static_cast<std::size_t>(dims); }
  const float* operator[](std::uint32_t node) const { return of_row(row[node]); }

  float distance(const float* a, std::uint32_t node) const {
    return kernel::active().f32.l2_squared(a, (*this)[node], static_cast<std::size_t>(dims));
  }

  void prefetch(std::uint32_t node) const {
    const float* vector = (*this)[node];
    for (std::int32_t d = 0; d < dims; d += 16) {
      __builtin_prefetch(vector + d);
    }
  }
};

}  // namespace vecext::graph
