// What a search has found so far: rows whose lower bound is at most the k-th smallest upper bound
// seen, so that no row which may be among the k nearest is missing.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"

namespace vecext {

struct Candidate {
  double bound;
  RowId row;
};

class Candidates {
 public:
  explicit Candidates(Arena arena) : arena_(arena) {}

  /// Starts anew, for the k nearest (k >= 1). False: out of memory.
  bool reset(std::int32_t k);

  /// The k-th smallest upper bound, infinity before there are k: a row above it need not be added.
  float limit() const { return limit_; }
  bool full() const { return in_heap_ == k_; }

  /// Counts the times that the k smallest upper bounds changed.
  std::uint64_t changes() const { return changes_; }

  /// False: out of memory.
  bool add(double bound, double upper, RowId row);

  /// All rows whose bound is within the final limit, nearest bound first, ties in the order of
  /// rows. Valid until the next reset.
  Candidate* sorted(std::int64_t* count);

 private:
  void push_upper(float upper);

  Arena arena_;
  Candidate* rows_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t capacity_ = 0;
  float* uppers_ = nullptr;  // max-heap of the k smallest
  std::int32_t uppers_capacity_ = 0;
  std::int32_t k_ = 0;
  std::int32_t in_heap_ = 0;
  float limit_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace vecext
