#include "core/graph/frontier.h"

#include <algorithm>

namespace vecext {

namespace {

constexpr std::uint32_t kFirstSightings = 4096;
constexpr std::uint32_t kFirstWaiting = 1024;

}  // namespace

bool Sightings::reset() {
  count_ = 0;
  ++stamp_;
  if (stamp_ != 0) {
    return capacity_ != 0 || grow();
  }
  // After 2^32 searches stamps start again.
  std::fill(slots_, slots_ + capacity_, Sighting{});
  stamp_ = 1;
  return true;
}

Sighting* Sightings::place(Sighting* slots, std::uint32_t capacity, NodeId node) const {
  std::uint32_t at = (node * 0x9E3779B1u) >> 7;
  for (;; ++at) {
    Sighting* slot = slots + (at & (capacity - 1));
    if (slot->stamp != stamp_ || slot->node == node) {
      return slot;
    }
  }
}

bool Sightings::grow() {
  const std::uint32_t larger = capacity_ == 0 ? kFirstSightings : capacity_ * 2;
  auto* slots = arena_.array<Sighting>(larger);
  if (slots == nullptr) {
    return false;
  }
  std::fill(slots, slots + larger, Sighting{});
  for (std::uint32_t i = 0; i < capacity_; ++i) {
    if (slots_[i].stamp == stamp_) {
      *place(slots, larger, slots_[i].node) = slots_[i];
    }
  }
  slots_ = slots;
  capacity_ = larger;
  return true;
}

Sighting* Sightings::find(NodeId node) {
  if (2 * (count_ + 1) > capacity_ && !grow()) {
    return nullptr;
  }
  Sighting* slot = place(slots_, capacity_, node);
  if (slot->stamp != stamp_) {
    *slot = {node, stamp_, 0, 0};
    ++count_;
  }
  return slot;
}

bool Frontier::push(const Waiting& node) {
  if (count_ == capacity_) {
    const std::uint32_t larger = capacity_ == 0 ? kFirstWaiting : capacity_ * 2;
    auto* heap = arena_.array<Waiting>(larger);
    if (heap == nullptr) {
      return false;
    }
    std::copy(heap_, heap_ + count_, heap);
    heap_ = heap;
    capacity_ = larger;
  }
  std::uint32_t at = count_++;
  while (at > 0) {
    const std::uint32_t parent = (at - 1) / kChildren;
    if (!(node.estimate < heap_[parent].estimate)) {
      break;
    }
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = node;
  return true;
}

void Frontier::pop() {
  const Waiting last = heap_[--count_];
  std::uint32_t at = 0;
  for (;;) {
    const std::uint32_t first = at * kChildren + 1;
    const std::uint32_t end = std::min(first + kChildren, count_);
    std::uint32_t least = first;
    for (std::uint32_t child = first + 1; child < end; ++child) {
      least = heap_[child].estimate < heap_[least].estimate ? child : least;
    }
    if (first >= count_ || !(heap_[least].estimate < last.estimate)) {
      break;
    }
    heap_[at] = heap_[least];
    at = least;
  }
  heap_[at] = last;
}

bool GraphWorkspace::sight(NodeId node, float estimate) {
  Sighting* known = seen.find(node);
  if (known == nullptr) {
    return false;
  }
  if (known->count == kVisited) {
    return true;
  }
  const float before = known->mean;
  known->mean += (estimate - known->mean) / static_cast<float>(++known->count);
  // A mean that rose is noticed when its turn comes.
  return (known->count > 1 && !(known->mean < before)) || frontier.push({known->mean, node});
}

bool GraphWorkspace::next(Waiting* node) {
  while (!frontier.empty()) {
    *node = frontier.nearest();
    frontier.pop();
    Sighting* known = seen.find(node->node);
    if (known == nullptr || known->count == kVisited || known->mean < node->estimate) {
      continue;  // visited, or waiting nearer by
    }
    if (known->mean > node->estimate && !frontier.empty() &&
        known->mean > frontier.nearest().estimate) {
      frontier.push({known->mean, node->node});  // there is room: one was popped
      continue;
    }
    known->count = kVisited;
    return true;
  }
  return false;
}

}  // namespace vecext
