#include "core/graph/search/frontier.h"

#include "core/kernel/kernel.h"

namespace vecext {

namespace {

constexpr std::uint32_t kFirstPlaces = 4096;

/// The next search keeps at most this many places, unless the last search has used more than one in
/// kSparse of all places.
constexpr std::uint32_t kPlacesKept = 1 << 15;
constexpr std::uint32_t kSparse = 8;

/// Returns n, rounded up to whole blocks.
constexpr std::uint32_t whole(std::uint32_t n, std::uint32_t block) {
  return (n + block - 1) / block * block;
}

}  // namespace

constinit const std::array<float, Frontier::kVisited + 1> Frontier::kWeights = [] {
  std::array<float, kVisited + 1> weights{};
  for (std::size_t i = 1; i <= kMostCounted; ++i) {
    weights[i] = 1 / static_cast<float>(i);
  }
  return weights;
}();

bool Frontier::reset() {
  // If the places of one large search were kept, all later searches would take the time to clear
  // them.
  if (capacity_ > kPlacesKept && seen_ < capacity_ / kSparse) {
    capacity_ = kPlacesKept;
    room_ = capacity_ / 2;
  }
  std::fill(places_, places_ + capacity_, Place{kNoNode, 0});
  std::fill(means_, means_ + seen_, kNever);
  std::fill(leasts_, leasts_ + whole(seen_, kBlock) / kBlock, kNever);
  seen_ = 0;
  return capacity_ != 0 || grow(1);
}

bool Frontier::grow(std::uint32_t needed) {
  std::uint32_t larger = std::max(kFirstPlaces, capacity_);
  while (larger / 2 < needed) {
    larger *= 2;
  }
  if (larger > allocated_ && !allocate(larger)) {
    return false;
  }
  capacity_ = larger;
  room_ = larger / 2;
  std::fill(places_, places_ + larger, Place{kNoNode, 0});
  for (std::uint32_t i = 0; i < seen_; ++i) {
    *place_of(nodes_[i]) = {nodes_[i], i};
  }
  return true;
}

bool Frontier::allocate(std::uint32_t capacity) {
  const std::uint32_t room = capacity / 2;
  auto* places = arena_.array<Place>(capacity);
  auto* nodes = arena_.array<NodeId>(room);
  auto* means = arena_.array<float>(room);
  auto* counts = arena_.array<std::uint8_t>(room);
  auto* magnitudes = arena_.array<Magnitude>(room);
  auto* leasts = arena_.array<float>(room / kBlock);
  auto* least_at = arena_.array<std::uint8_t>(room / kBlock);
  if (places == nullptr || nodes == nullptr || means == nullptr || counts == nullptr ||
      magnitudes == nullptr || leasts == nullptr || least_at == nullptr) {
    return false;
  }
  std::copy(nodes_, nodes_ + seen_, nodes);
  std::copy(counts_, counts_ + seen_, counts);
  std::copy(magnitudes_, magnitudes_ + seen_, magnitudes);
  std::fill(std::copy(means_, means_ + seen_, means), means + room, kNever);
  const std::uint32_t blocks = whole(seen_, kBlock) / kBlock;
  std::fill(std::copy(leasts_, leasts_ + blocks, leasts), leasts + room / kBlock, kNever);
  std::fill(std::copy(least_at_, least_at_ + blocks, least_at), least_at + room / kBlock,
            std::uint8_t{0});
  places_ = places;
  nodes_ = nodes;
  means_ = means;
  counts_ = counts;
  magnitudes_ = magnitudes;
  leasts_ = leasts;
  least_at_ = least_at;
  allocated_ = capacity;
  return true;
}

bool Frontier::next(QueuedNode* node) {
  const auto least = kernel::active().scan.least;
  const std::uint32_t blocks = whole(whole(seen_, kBlock) / kBlock, kBlock);
  while (blocks > 0) {
    const std::size_t block = least(leasts_, blocks);
    const float mean = leasts_[block];
    if (mean >= kNever) {
      return false;
    }
    float* means = means_ + block * kBlock;
    const std::size_t at = block * kBlock + least_at_[block];
    const bool is_there = means_[at] == mean;
    if (is_there) {
      *node = {mean, nodes_[at]};
      means_[at] = kNever;
      counts_[at] = kVisited;
    }
    const std::size_t next = least(means, kBlock);
    leasts_[block] = means[next];
    least_at_[block] = static_cast<std::uint8_t>(next);
    if (is_there) {
      return true;
    }
  }
  return false;
}

}  // namespace vecext
