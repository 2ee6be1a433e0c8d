#include "core/graph/construct/connect.h"

#include <algorithm>

#include "core/base/random.h"

namespace vecext::graph {
namespace {

/// There is at most one entry for this many nodes.
constexpr std::int32_t kNodesPerEntry = 4;
/// One in this many entries is a node far from the mean.
constexpr std::int32_t kEntriesPerFar = 32;
/// How many nodes the sample has for each center of entries.
constexpr std::size_t kNodesPerCenter = 32;
/// Waiting for a vector takes as long as this many multiply-adds.
constexpr std::size_t kWait = 256;
/// How many centers a vector is compared with at once, since the sample is larger than the caches.
constexpr std::size_t kCentersAtOnce = 8;

}  // namespace

Entries::Entries(const Vectors& vectors, const ParallelOptions& parallel, std::int32_t wanted)
    : vectors_(vectors),
      parallel_(parallel),
      wanted_(std::clamp(static_cast<std::int32_t>(vectors.nodes) / kNodesPerEntry, 1, wanted)),
      far_(wanted_ == 1 ? 0 : std::max(1, wanted_ / kEntriesPerFar)),
      centers_(wanted_ - far_),
      sampled_(std::min<std::size_t>(vectors.nodes,
                                     static_cast<std::size_t>(wanted_) * kNodesPerCenter)) {}

bool Entries::reserve(Arena arena) {
  const KMeansOptions training = training_of(parallel_, centers_, 0);
  nodes_ = arena.array<std::uint32_t>(sampled_);
  rows_ = arena.array<std::uint32_t>(sampled_);
  center_ = arena.array<float>(static_cast<std::size_t>(centers_) *
                               static_cast<std::size_t>(vectors_.dims));
  return nodes_ != nullptr && rows_ != nullptr && center_ != nullptr &&
         training_.reserve(arena,
                           kmeans_memory(sampled_, vectors_.dims, training) + kTrainingSlack);
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
  if (!status.ok()) {
    return status;
  }
  status = find_nearest(static_cast<std::size_t>(made), entries);
  Key farthest[kMaxEntries / kEntriesPerFar] = {};
  if (status.ok() && far_ > 0) {
    status = find_farthest(mean_of(made), farthest);
  }
  if (!status.ok()) {
    return status;
  }
  for (std::int32_t i = 0; i < far_; ++i) {
    entries[made++] = node_of(farthest[i]);
  }
  std::sort(entries, entries + made);
  *count = static_cast<std::int32_t>(std::unique(entries, entries + made) - entries);
  return {};
}

/// Finds the node of the sample that is nearest to each of the first n centers.
Status Entries::find_nearest(std::size_t n, std::uint32_t* nearest) const {
  const auto dims = static_cast<std::size_t>(vectors_.dims);
  const std::size_t tasks = (n + kCentersAtOnce - 1) / kCentersAtOnce;
  const std::size_t work = sampled_ * (kCentersAtOnce * dims + kWait);
  return for_each(parallel_, tasks, work, [&](std::size_t task, std::int32_t) {
    const std::size_t first = task * kCentersAtOnce;
    const std::size_t count = std::min(kCentersAtOnce, n - first);
    Key least[kCentersAtOnce];
    std::fill_n(least, count, ~Key{0});
    for (std::size_t i = 0; i < sampled_; ++i) {
      vectors_.prefetch(nodes_[std::min(i + 1, sampled_ - 1)]);
      for (std::size_t c = 0; c < count; ++c) {
        const float distance = vectors_.distance(center_ + (first + c) * dims, nodes_[i]);
        least[c] = std::min(least[c], key_of(distance, nodes_[i]));
      }
    }
    std::transform(least, least + count, nearest + first, node_of);
  });
}

/// Computes the mean of the first n centers, writes it over the first center, and returns it.
const float* Entries::mean_of(std::int32_t n) {
  const auto dims = static_cast<std::size_t>(vectors_.dims);
  for (std::size_t d = 0; d < dims; ++d) {
    float sum = 0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(n); ++c) {
      sum += center_[c * dims + d];
    }
    center_[d] = sum / static_cast<float>(n);
  }
  return center_;
}

/// Finds the far_ nodes that are farthest from a point.
Status Entries::find_farthest(const float* from, Key* farthest) const {
  return for_each_in_turn(parallel_, vectors_.nodes, [&](std::size_t i) {
    const auto node = static_cast<std::uint32_t>(i);
    const Key key = key_of(vectors_.distance(from, node), node);
    Key* nearest = std::min_element(farthest, farthest + far_);
    *nearest = std::max(*nearest, key);
  });
}

Status Connection::make(std::uint32_t nodes) {
  nodes_.clear();
  VECEXT_TRY(connectivity_.start(graph_->entries, graph_->entry_count));
  for (NodeId node = 0; node < nodes; ++node) {
    VECEXT_TRY(connectivity_.connect(node));
  }
  return {};
}

}  // namespace vecext::graph
