// The rows that a search has found and that may be among the k nearest: rows whose lower bound is
// at most the k-th smallest of the upper bounds added so far.
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

/// The k smallest of the upper bounds pushed so far, each with the estimate of its row.
class UpperBounds {
 public:
  /// Removes all bounds, and begins with `k` >= 1. Returns false if memory runs out.
  bool reset(std::int32_t k, Arena arena);

  void push(float upper, float estimate);

  /// Returns the k-th smallest upper bound, or infinity before there are k.
  float limit() const { return limit_; }
  bool full() const { return smallest_.full(); }

  /// Returns how many times the k smallest upper bounds have changed.
  std::uint64_t changes() const { return changes_; }

  /// Returns the largest estimate among the rows of these upper bounds.
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

/// Returns `upper` as a float, rounded up, so that a row whose bound equals the k-th smallest upper
/// bound is not above the limit.
float upper_float(double upper);

class Candidates {
 public:
  explicit Candidates(Arena arena) : arena_(arena) {}

  Arena arena() const { return arena_; }

  /// Removes all rows, and begins to look for the `k` >= 1 nearest. Returns false if memory runs
  /// out.
  bool reset(std::int32_t k);

  /// Returns the k-th smallest upper bound, or infinity as long as there are fewer than k. A row
  /// whose lower bound is above it need not be added.
  float limit() const { return uppers_.limit(); }
  bool full() const { return uppers_.full(); }

  /// Returns an estimate of the k-th smallest score: the largest estimate among the rows with the k
  /// smallest upper bounds. The estimate of a row is the middle between its bounds.
  float kth_estimate() const { return uppers_.largest_estimate(); }

  /// Returns how many times the k smallest upper bounds have changed.
  std::uint64_t changes() const { return uppers_.changes(); }

  /// Adds a row with its lower and its upper bound. Returns false if memory runs out.
  bool add(double bound, double upper, RowId row);

  /// Returns how many rows have a lower bound that is not above the limit.
  std::int64_t count();

  /// Returns all rows whose lower bound is not above the limit, in the order of their lower bounds;
  /// rows with equal lower bounds are in the order of their places in the table. Sets `*count` to
  /// their number. They are valid until the next reset().
  Candidate* sorted(std::int64_t* count);

 private:
  /// Removes the rows whose lower bound is above the limit. Returns the end of the rows that are
  /// left.
  Candidate* drop_far_rows();

  Arena arena_;
  Candidate* rows_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t capacity_ = 0;
  UpperBounds uppers_;
};

}  // namespace vecext
