#include "core/graph/frontier.h"

#include <algorithm>
#include <array>

namespace vecext {

namespace {

constexpr std::uint32_t kFirstSightings = 4096;
constexpr std::uint32_t kFirstWaiting = 1024;

/// 1 / i.
constexpr auto kInverse = [] {
  std::array<float, Sightings::kMostCounted + 1> inverse{};
  for (std::size_t i = 1; i < inverse.size(); ++i) {
    inverse[i] = 1 / static_cast<float>(i);
  }
  return inverse;
}();

}  // namespace

bool Sightings::reset() {
  used_ = 0;
  std::fill(places_, places_ + capacity_, Sighting{kNoNode, 0});
  return capacity_ != 0 || grow();
}

bool Sightings::grow() {
  const std::uint32_t larger = capacity_ == 0 ? kFirstSightings : capacity_ * 2;
  auto* places = arena_.array<Sighting>(larger);
  auto* counts = arena_.array<std::uint8_t>(larger);
  if (places == nullptr || counts == nullptr) {
    return false;
  }
  std::fill(places, places + larger, Sighting{kNoNode, 0});
  for (std::uint32_t i = 0; i < capacity_; ++i) {
    if (places_[i].node != kNoNode) {
      const std::uint32_t at = place(places, larger, places_[i].node);
      places[at] = places_[i];
      counts[at] = counts_[i];
    }
  }
  places_ = places;
  counts_ = counts;
  capacity_ = larger;
  return true;
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
  if (!seen.reserve()) {
    return false;
  }
  const std::uint32_t place = seen.find(node);
  std::uint8_t& count = seen.count(place);
  float& mean = seen.mean(place);
  if (count == Sightings::kVisited) {
    return true;
  }
  const float before = mean;
  count = std::min<std::uint8_t>(count + 1, Sightings::kMostCounted);
  mean += (estimate - mean) * kInverse[count];
  // A mean that rose is noticed when its turn comes.
  return (count > 1 && !(mean < before)) || frontier.push({mean, node});
}

bool GraphWorkspace::next(Waiting* node) {
  while (!frontier.empty()) {
    *node = frontier.nearest();
    frontier.pop();
    const std::uint32_t place = seen.find(node->node);
    const float mean = seen.mean(place);
    if (seen.count(place) == Sightings::kVisited || mean < node->estimate) {
      continue;  // visited, or waiting nearer by
    }
    if (mean > node->estimate && !frontier.empty() && mean > frontier.nearest().estimate) {
      frontier.push({mean, node->node});  // there is room: one was popped
      continue;
    }
    seen.count(place) = Sightings::kVisited;
    return true;
  }
  return false;
}

}  // namespace vecext
