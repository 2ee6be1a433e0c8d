// The nodes that their codes leave in question, of those that a look at a set's codes comes by.
#pragma once

#include "core/base/arena.h"
#include "core/graph/search/frontier.h"
#include "core/result/candidates.h"

namespace vecext {

/// Nodes by the lower bounds of their keys: those within the k-th smallest upper bound seen.
class RerankQueue {
 public:
  explicit RerankQueue(Arena arena) : arena_(arena) {}

  /// Starts again, for the k nearest; bounds may be off by `rounding`. False: out of memory.
  bool reset(std::int32_t k, float rounding) {
    rounding_ = rounding;
    return uppers_.reset(k, arena_);
  }

  /// Bounds beyond it need not be added.
  float limit() const { return uppers_.limit() + rounding_; }

  /// Adds a node; infinite estimates say nothing. False: out of memory.
  bool add(NodeId node, float bound, float estimate);

  /// Puts them in order as far as take() needs it.
  void prepare();

  /// Takes the one of the least bound; false: there are none within the limit.
  bool take(QueuedNode* node);

 private:
  /// Leaves out those that the limit has left behind.
  void drop_far();

  const Arena arena_;
  UpperBounds uppers_;
  float rounding_ = 0;
  QueuedNode* nodes_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
};

}  // namespace vecext
