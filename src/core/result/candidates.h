// The rows that a search has found so far whose lower bound is at most the k-th smallest upper
// bound seen: every row that may be among the k nearest.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"
#include "core/result/k_smallest.h"

namespace vecext {

struct Candidate {
  double bound;
  double upper;
  RowId row;
};

/// The k smallest upper bounds pushed so far, each with its row's estimate.
class UpperBounds {
 public:
  /// Starts again (k >= 1). Returns false if memory runs out.
  bool reset(std::int32_t k, Arena arena);

  void push(float upper, float estimate);

  /// Returns the k-th smallest upper bound, or infinity before there are k.
  float limit() const { return limit_; }
  bool full() const { return smallest_.full(); }

  /// Returns how many times the k smallest have changed.
  std::uint64_t changes() const { return changes_; }

  /// Returns the largest of the estimates of these rows.
  float largest_estimate() const;

 private:
  struct Upper {
    float upper;
    float estimate;

    friend bool operator<(const Upper& a, const Upper& b) { return a.upper < b.upper; }
  };

  KSmallest<Upper> smallest_;
  float limit_ = 0;
  std::uint64_t changes_ = 0;
};

/// Returns an upper bound as a float, rounded up, so that a row equal to the k-th stays within the
/// limit.
float upper_float(double upper);

class Candidates {
 public:
  explicit Candidates(Arena arena) : arena_(arena) {}

  Arena arena() const { return arena_; }

  /// Starts again, for the k nearest (k >= 1). Returns false if memory runs out.
  bool reset(std::int32_t k);

  /// Returns the k-th smallest upper bound, or infinity before there are k. A row above it need not
  /// be added.
  float limit() const { return uppers_.limit(); }
  bool full() const { return uppers_.full(); }

  /// Returns about the k-th smallest score: the largest estimate of the rows with the k smallest
  /// upper bounds. An estimate is half-way between the row's bounds.
  float kth_estimate() const { return uppers_.largest_estimate(); }

  /// Returns how many times the k smallest upper bounds have changed.
  std::uint64_t changes() const { return uppers_.changes(); }

  /// Returns false if memory runs out.
  bool add(double bound, double upper, RowId row);

  /// Returns how many rows are within the final limit.
  std::int64_t count();

  /// Returns all rows whose bound is within the final limit, nearest bound first; equal bounds are
  /// in the order of rows. The rows are valid until the next reset().
  Candidate* sorted(std::int64_t* count);

 private:
  /// Removes the rows beyond the limit. Returns the new end.
  Candidate* drop_far_rows();

  Arena arena_;
  Candidate* rows_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t capacity_ = 0;
  UpperBounds uppers_;
};

}  // namespace vecext
