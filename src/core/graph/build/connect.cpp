// Breadth first from the entries; links to what that does not reach.
#include "core/graph/build/connect.h"

#include <algorithm>

#include "core/base/random.h"

namespace vecext::graph {
namespace {

/// Nodes for each entry, at least.
constexpr std::int32_t kNodesPerEntry = 4;
/// Entries of which one is a node far out.
constexpr std::int32_t kEntriesPerFar = 32;
/// Nodes that a center of the entries is trained on.
constexpr std::size_t kNodesPerCenter = 32;
/// A distance waits for its vector as long as so many multiply-adds take.
constexpr std::size_t kWait = 256;
/// Nodes whose links are followed between two polls.
constexpr std::uint32_t kFollowed = 4096;

}  // namespace

Entries::Entries(const Vectors& vectors, const ParallelOptions& parallel, std::int32_t wanted)
    : vectors_(vectors),
      parallel_(parallel),
      wanted_(std::clamp(static_cast<std::int32_t>(vectors.nodes) / kNodesPerEntry, 1, wanted)),
      far_(wanted_ == 1 ? 0 : std::max(1, wanted_ / kEntriesPerFar)),
      centers_(wanted_ - far_),
      sampled_(std::min<std::size_t>(vectors.nodes,
                                     static_cast<std::size_t>(wanted_) * kNodesPerCenter)) {}

bool Entries::take(Arena arena) {
  const KMeansOptions training = training_of(parallel_, centers_, 0);
  nodes_ = arena.array<std::uint32_t>(sampled_);
  rows_ = arena.array<std::uint32_t>(sampled_);
  center_ = arena.array<float>(static_cast<std::size_t>(centers_) *
                               static_cast<std::size_t>(vectors_.dims));
  return nodes_ != nullptr && rows_ != nullptr && center_ != nullptr &&
         training_.take(arena, kmeans_memory(sampled_, vectors_.dims, training) + kTrainingShards);
}

Status Entries::choose(std::uint64_t seed, std::uint32_t* entries, std::int32_t* count) {
  Random random(seed);
  for (std::size_t i = 0; i < sampled_; ++i) {
    const std::size_t first = i * vectors_.nodes / sampled_;
    const std::size_t next = (i + 1) * vectors_.nodes / sampled_;
    nodes_[i] = static_cast<std::uint32_t>(first + random.below(next - first));
    rows_[i] = vectors_.row[nodes_[i]];
  }
  std::int32_t made = 0;
  Status status =
      train_kmeans(vectors_.x, rows_, sampled_, vectors_.dims,
                   training_of(parallel_, centers_, seed), training_.arena(), center_, &made);
  if (!status.ok()) return status;
  status = cluster::for_each(
      parallel_, static_cast<std::size_t>(made),
      sampled_ * (static_cast<std::size_t>(vectors_.dims) + kWait),
      [&](std::size_t c, std::int32_t) {
        const float* center = center_ + c * static_cast<std::size_t>(vectors_.dims);
        Key nearest = ~Key{0};
        for (std::size_t i = 0; i < sampled_; ++i)
          nearest = std::min(nearest, key_of(vectors_.distance(center, nodes_[i]), nodes_[i]));
        entries[c] = node_of(nearest);
      });
  Key farthest[kMaxEntries / kEntriesPerFar] = {};
  if (status.ok() && far_ > 0) status = find_farthest(mean_of(made), farthest);
  if (!status.ok()) return status;
  for (std::int32_t i = 0; i < far_; ++i) entries[made++] = node_of(farthest[i]);
  std::sort(entries, entries + made);
  *count = static_cast<std::int32_t>(std::unique(entries, entries + made) - entries);
  return {};
}

/// The mean of the first n centers, in place of the first.
const float* Entries::mean_of(std::int32_t n) {
  const auto dims = static_cast<std::size_t>(vectors_.dims);
  for (std::size_t d = 0; d < dims; ++d) {
    float sum = 0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(n); ++c) sum += center_[c * dims + d];
    center_[d] = sum / static_cast<float>(n);
  }
  return center_;
}

/// The far_ nodes farthest from a point.
Status Entries::find_farthest(const float* from, Key* farthest) const {
  return for_each_in_turn(parallel_, vectors_.nodes, [&](std::size_t i) {
    const auto node = static_cast<std::uint32_t>(i);
    const Key key = key_of(vectors_.distance(from, node), node);
    Key* nearest = std::min_element(farthest, farthest + far_);
    *nearest = std::max(*nearest, key);
  });
}

bool Connection::take(Arena arena, std::size_t nodes) {
  from_ = arena.array<std::uint32_t>(nodes);
  queue_ = arena.array<std::uint32_t>(nodes);
  return from_ != nullptr && queue_ != nullptr;
}

Status Connection::make() {
  std::fill_n(from_, vectors_.nodes, kNoNode);
  for (std::int32_t e = 0; e < graph_->entry_count; ++e)
    reach(graph_->entries[e], graph_->entries[e]);
  Status status = spread();
  for (std::uint32_t node = 0; node < vectors_.nodes && status.ok(); ++node) {
    if (from_[node] != kNoNode) continue;
    link(near_reached(node), node);
    status = spread();
  }
  return status;
}

void Connection::reach(std::uint32_t node, std::uint32_t from) {
  from_[node] = from;
  queue_[reached_++] = node;
}

/// Reaches all that reached nodes lead to.
Status Connection::spread() {
  for (; done_ < reached_; ++done_) {
    if (done_ % kFollowed == 0 && cluster::stopped(parallel_))
      return {.code = StatusCode::kCancelled};
    const std::uint32_t node = queue_[done_];
    const std::uint32_t* links = list(node);
    for (std::int32_t i = 0; i < graph_->degree; ++i)
      if (links[i] != kNoNode && from_[links[i]] == kNoNode) reach(links[i], node);
  }
  return {};
}

/// Descends to a reached node that is nearer than its neighbors are, from the nearest of the
/// entries and the node's own neighbors.
std::uint32_t Connection::near_reached(std::uint32_t node) const {
  const float* vector = vectors_[node];
  Key nearest = ~Key{0};
  const auto look = [&](const std::uint32_t* nodes, std::int32_t n) {
    for (std::int32_t i = 0; i < n; ++i)
      if (nodes[i] != kNoNode && from_[nodes[i]] != kNoNode)
        nearest = std::min(nearest, key_of(vectors_.distance(vector, nodes[i]), nodes[i]));
  };
  look(graph_->entries, graph_->entry_count);
  look(list(node), graph_->degree);
  for (Key before = 0; before != nearest;) {
    before = nearest;
    look(list(node_of(nearest)), graph_->degree);
  }
  return node_of(nearest);
}

/// Links from a reached node to one that is not. A node from which others were reached keeps its
/// links to those; where it has no more, one of them takes its place, and so on down to one from
/// which none was.
void Connection::link(std::uint32_t from, std::uint32_t node) {
  for (;;) {
    std::uint32_t* links = list(from);
    std::int32_t lane = graph_->degree - 1;
    while (lane >= 0 && links[lane] != kNoNode && from_[links[lane]] == from) --lane;
    if (lane >= 0) {
      links[lane] = node;
      reach(node, from);
      return;
    }
    from = links[graph_->degree - 1];
  }
}

}  // namespace vecext::graph
