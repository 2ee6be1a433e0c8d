// Where rows go that are too many for memory: every row comes into the pieces of the two leaders
// nearest to it, so that pieces overlap. The nearest one is its home.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/loops.h"
#include "core/graph/workspace.h"

namespace vecext::graph {

inline constexpr std::int32_t kMostPieces = 1024;

/// The pieces of a row, its home first; the second is kNoPiece where there is one piece only.
struct Places {
  std::uint16_t piece[2];
};
inline constexpr std::uint16_t kNoPiece = 0xFFFF;

/// What rows are divided by.
struct PieceSample {
  const float* x;  // `dims` floats a row
  std::size_t n;
  std::size_t all;         // rows that it stands for
  std::size_t piece_rows;  // of a piece, at most
};

class PiecePlan {
 public:
  explicit PiecePlan(std::int32_t dims) : dims_(dims) {}

  /// Takes the memory for so many leaders, at most kMostPieces; false where there is none.
  bool take(Arena arena, std::int32_t most);

  /// Leaders such that pieces are not too large, as far as the sample tells and rows differ.
  Status make(const PieceSample& sample, const Loops& loops, Workspace scratch);

  std::int32_t pieces() const { return count_; }
  Places places(const float* x) const;

 private:
  Status split(const PieceSample& sample, const Places* places, std::int32_t leader,
               const Loops& loops, Workspace scratch);

  const std::int32_t dims_;
  std::int32_t most_ = 0;
  std::int32_t count_ = 0;
  float* leaders_ = nullptr;
};

}  // namespace vecext::graph
