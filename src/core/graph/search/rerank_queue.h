// Nodes whose bounds overlap the k-th best. They still need an exact distance.
#pragma once

#include "core/base/arena.h"
#include "core/graph/search/frontier.h"
#include "core/result/candidates.h"

namespace vecext {

/// The nodes whose lower bounds are within the k-th smallest of all upper bounds seen.
class RerankQueue {
 public:
  explicit RerankQueue(Arena arena) : arena_(arena) {}

  /// Starts again, for the k nearest. Bounds may have an error of `rounding`. Returns false if
  /// memory runs out.
  bool reset(std::int32_t k, float rounding) {
    rounding_ = rounding;
    return uppers_.reset(k, arena_);
  }

  /// Returns the limit beyond which bounds need not be added.
  float limit() const { return uppers_.limit() + rounding_; }

  /// Adds a node, given the lower bound of its score and the estimate. An infinite estimate says
  /// nothing about the score. Returns false if memory runs out.
  bool add(NodeId node, float bound, float estimate);

  /// Orders the nodes as far as pop() needs it.
  void prepare();

  /// Takes the node with the least bound. Returns false if no node is within the limit.
  bool pop(QueuedNode* node);

 private:
  /// Removes the nodes beyond the limit.
  void drop_far();

  const Arena arena_;
  UpperBounds uppers_;
  float rounding_ = 0;
  QueuedNode* nodes_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
};

}  // namespace vecext
