#include "core/graph/search/rerank_queue.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

constexpr std::size_t kFewest = 1024;

bool is_farther(const QueuedNode& a, const QueuedNode& b) {
  return a.estimate > b.estimate;
}

}  // namespace

bool RerankQueue::add(NodeId node, float bound, float estimate) {
  if (std::isfinite(estimate)) {
    const float upper = estimate + (estimate - bound);
    uppers_.push(upper, estimate);
  }
  if (count_ == room_) {
    drop_far();
    if (count_ > room_ / 2 || room_ == 0) {
      if (!reserve(arena_, count_, room_ + 1, kFewest, &room_, &nodes_)) {
        return false;
      }
    }
  }
  nodes_[count_++] = {bound, node};
  return true;
}

void RerankQueue::drop_far() {
  const float most = limit();
  count_ = static_cast<std::size_t>(
      std::remove_if(nodes_, nodes_ + count_,
                     [most](const QueuedNode& node) { return node.estimate > most; }) -
      nodes_);
}

void RerankQueue::prepare() {
  drop_far();
  std::make_heap(nodes_, nodes_ + count_, is_farther);
}

bool RerankQueue::pop(QueuedNode* node) {
  if (count_ == 0) {
    return false;
  }
  std::pop_heap(nodes_, nodes_ + count_, is_farther);
  *node = nodes_[--count_];
  return true;
}

}  // namespace vecext
