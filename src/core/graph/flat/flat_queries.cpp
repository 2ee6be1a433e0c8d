#include "core/graph/flat/flat_queries.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/threads.h"
#include "core/graph/flat/flat_mix.h"
#include "core/graph/flat/sketch.h"
#include "core/graph/search/slack.h"

namespace vecext {

namespace {

/// The most rows that queries are made of, and the fewest; how many rows are compared at a time;
/// and the most bytes of the sample, and of the rows compared at a time.
constexpr std::size_t kSampleRows = 500;
constexpr std::size_t kFewestRows = 64;
constexpr std::size_t kChunkRows = 1024;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// These functions return about how many nanoseconds (measured) it takes to construct the graph,
/// for each row; to compute a distance; and to visit a node. A visit reads the neighbors from their
/// own pages unless they lie beside the node.
double construction_time(const GraphModel& model) {
  constexpr double kNeighbor = 300;
  constexpr double kFloatOfNeighbor = 10;
  return model.meta.degree * (kNeighbor + kFloatOfNeighbor * sketch_floats(model.meta));
}

double distance_time(const GraphModel& model) {
  constexpr double kCall = 10;
  constexpr double kByte = 0.05;
  constexpr double kMergedByte = 0.5;
  return kCall + model.meta.rotated * (model.element() == Element::kSparse ? kMergedByte : kByte);
}

double compare_time(const GraphModel& model) {
  constexpr double kDense = 0.2;
  return DenseQuery::serves(model) ? kDense * distance_time(model) : distance_time(model);
}

double visit_time(const GraphModel& model) {
  constexpr double kUnseen = 0.55;
  constexpr double kPage = 150;
  constexpr double kBeside = 20;
  const double place = model.node.near_bytes > 0 ? kBeside : kPage;
  return kUnseen * model.meta.degree * (place + distance_time(model));
}

}  // namespace

FlatTrialPlan plan_flat_trials(const GraphModel& model) {
  constexpr double kPartOfWalks = 0.03;
  constexpr double kPartOfTruth = 0.02;
  constexpr double kFewestQueries = 64;
  constexpr double kMostQueries = 160;
  constexpr double kLeastShare = 1.0 / 6;
  const double nodes = model.meta.parts[kMain].nodes;
  const double row = construction_time(model);
  // About how many nodes a trial visits (measured).
  const double visits = 1.5 * std::sqrt(nodes);
  const double walks = kPartOfWalks * nodes * row / (visits * visit_time(model));
  const double each = std::clamp(walks / (kTrialFamilies - 1), kFewestQueries, kMostQueries);
  const double share = kPartOfTruth * row / (each * (kTrialFamilies - 1) * compare_time(model));
  return {static_cast<std::int32_t>(each), std::clamp(share, kLeastShare, 1.0)};
}

bool ElementList::reserve(Arena arena, std::size_t elements, std::size_t bytes) {
  room_ = elements;
  bytes_room_ = bytes;
  bytes_ = arena.array<std::byte>(bytes);
  begin_ = arena.array<std::size_t>(elements + 1);
  if (bytes_ == nullptr || begin_ == nullptr) {
    return false;
  }
  begin_[0] = 0;
  return true;
}

bool ElementList::add(const std::byte* element, std::size_t bytes) {
  constexpr std::size_t kAligned = 8;
  const std::size_t taken = (bytes + kAligned - 1) / kAligned * kAligned;
  if (count_ == room_ || taken > bytes_room_ - begin_[count_]) {
    return false;
  }
  std::memcpy(bytes_ + begin_[count_], element, bytes);
  begin_[count_ + 1] = begin_[count_] + taken;
  ++count_;
  return true;
}

bool FlatQueries::reserve(Arena arena) {
  const auto queries = static_cast<std::size_t>(truth_.count());
  scores_ = arena.array<double>(queries * kTrialNeighbors);
  queries_ = arena.array<std::byte*>(queries);
  nodes_ = arena.array<NodeId>(kChunkRows);
  sample_nodes_ = arena.array<NodeId>(kSampleRows);
  if (scores_ == nullptr || queries_ == nullptr || nodes_ == nullptr || sample_nodes_ == nullptr ||
      !truth_.reserve(arena) || !sample_.reserve(arena, kSampleRows, kMostBytes) ||
      !rows_.reserve(arena, kChunkRows, kMostBytes)) {
    return false;
  }
  std::fill_n(scores_, queries * kTrialNeighbors, kInfinity);
  return !DenseQuery::serves(model_) || reserve_spread(arena);
}

bool FlatQueries::reserve_spread(Arena arena) {
  dense_ = arena.array<DenseQuery>(static_cast<std::size_t>(threads_));
  for (std::int32_t i = 0; dense_ != nullptr && i < threads_; ++i) {
    dense_[i] = {};
    if (!dense_[i].reserve(model_, arena)) {
      return false;
    }
  }
  return dense_ != nullptr;
}

bool FlatQueries::add_sample(NodeId node, const std::byte* element) {
  if (!sample_.add(element, stored_bytes(model_.element(), model_.meta.dims, element))) {
    return false;
  }
  sample_nodes_[sample_.count() - 1] = node;
  return true;
}

bool FlatQueries::has_sample() const {
  return sample_.count() >= kFewestRows;
}

std::size_t FlatQueries::farthest(std::size_t row) const {
  std::size_t found = row;
  double most = -kInfinity;
  for (std::size_t i = 0; i < sample_.count(); ++i) {
    const double distance = model_.distance(sample_.at(row), sample_.at(i), model_.meta.dims);
    if (distance > most) {
      most = distance;
      found = i;
    }
  }
  return found;
}

bool FlatQueries::make(std::uint64_t seed, Arena arena) {
  Random random(seed);
  for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
    for (std::int32_t i = truth_.first(family); i < truth_.first(family + 1); ++i) {
      const std::byte* from[kTrialSources];
      std::size_t row = 0;
      for (std::int32_t j = 0; j < sources_of(family); ++j) {
        row = family == kHalfwayFamily && j > 0 ? farthest(row) : random.below(sample_.count());
        from[j] = sample_.at(row);
      }
      queries_[i] = arena.array<std::byte>(mixed_bytes(model_, from, sources_of(family)));
      if (queries_[i] == nullptr) {
        return false;
      }
      mix_elements(model_, from, sources_of(family), &random, queries_[i]);
    }
  }
  std::sort(sample_nodes_, sample_nodes_ + sample_.count());
  return true;
}

bool FlatQueries::is_in_truth(NodeId node) const {
  constexpr std::uint64_t kSteps = 1 << 20;
  return static_cast<double>(Random(node).below(kSteps)) < share_ * kSteps &&
         !std::binary_search(sample_nodes_, sample_nodes_ + sample_.count(), node);
}

void FlatQueries::add_row(NodeId node, const std::byte* element) {
  const auto length = static_cast<float>(product_length(model_, element));
  longest_ = std::isfinite(length) ? std::max(longest_, length) : longest_;
  if (!is_in_truth(node)) {
    return;
  }
  const std::size_t bytes = stored_bytes(model_.element(), model_.meta.dims, element);
  if (!rows_.add(element, bytes)) {
    compare_rows();
    (void)rows_.add(element, bytes);
  }
  nodes_[rows_.count() - 1] = node;
}

void FlatQueries::note(std::int32_t query, NodeId node, double score) {
  double* scores = scores_ + query * kTrialNeighbors;
  NodeId* nodes = truth_.of(query);
  if (score < scores[kTrialNeighbors - 1]) {
    const auto at = std::upper_bound(scores, scores + kTrialNeighbors, score) - scores;
    std::copy_backward(scores + at, scores + kTrialNeighbors - 1, scores + kTrialNeighbors);
    std::copy_backward(nodes + at, nodes + kTrialNeighbors - 1, nodes + kTrialNeighbors);
    scores[at] = score;
    nodes[at] = node;
  }
}

void FlatQueries::compare_query(std::int32_t query, DenseQuery* dense) {
  const std::byte* element = queries_[query];
  if (dense == nullptr) {
    for (std::size_t row = 0; row < rows_.count(); ++row) {
      note(query, nodes_[row], model_.distance(element, rows_.at(row), model_.meta.dims));
    }
    return;
  }
  dense->set(element);
  for (std::size_t row = 0; row < rows_.count(); ++row) {
    note(query, nodes_[row], dense->distance(rows_.at(row)));
  }
  dense->clear();
}

void FlatQueries::compare_rows() {
  run_parallel(threads_, static_cast<std::size_t>(truth_.count()),
               [&](std::size_t query, std::int32_t thread) {
                 compare_query(static_cast<std::int32_t>(query),
                               dense_ == nullptr ? nullptr : dense_ + thread);
               });
  rows_.clear();
}

void FlatQueries::finish() {
  compare_rows();
}

}  // namespace vecext
