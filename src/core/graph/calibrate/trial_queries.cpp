#include "core/graph/calibrate/trial_queries.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/threads.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// How many rows the sample has, at most and at least; and how many bytes the sample takes at most,
/// and a chunk, if rows have many dimensions.
constexpr std::size_t kSampleRows = 1000;
constexpr std::size_t kFewestRows = 64;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

std::size_t rows_within(std::size_t most, std::size_t dims) {
  return std::clamp(kMostBytes / (dims * sizeof(float)), kFewestRows, most);
}

/// How many parts a chunk has. The nearest rows of each part are found separately, so that parts
/// and blocks of queries make tasks for many threads. The number of parts does not depend on the
/// threads, as it decides which of equal distances are kept.
constexpr std::int32_t kChunkParts = 4;

std::int32_t blocks_of(std::int32_t queries) {
  return (queries + graph::kBlock - 1) / graph::kBlock;
}

/// A list has columns of the chunk that was compared last. Columns of chunks before it are replaced
/// by the number of their place in the list, as a negative number, which differs from every column
/// and from -1, which stands for no row.
std::int32_t hide(std::int32_t place) {
  return -2 - place;
}
std::int32_t shown(std::int32_t column) {
  return -2 - column;
}

}  // namespace

bool TrialQueries::reserve(Arena arena) {
  const std::int32_t count = truth_.count();
  const auto n = static_cast<std::size_t>(count);
  const std::int32_t blocks = blocks_of(count);
  sample_room_ = rows_within(kSampleRows, dims());
  part_rows_ = static_cast<std::int32_t>(rows_within(graph::kLeafRows, dims()));
  chunk_room_ = kChunkParts * part_rows_;
  const auto chunk = static_cast<std::size_t>(chunk_room_);
  sample_ = arena.array<float>(sample_room_ * dims());
  mean_ = arena.array<float>(2 * dims());
  queries_ = arena.array<float>(n * dims());
  query_norms_ = arena.array<float>(n);
  shifts_ = arena.array<double>(n);
  table_ = arena.array<std::uint8_t>(16 * static_cast<std::size_t>(model_.layout.groups));
  chunk_ = arena.array<float>(chunk * dims());
  chunk_norms_ = arena.array<float>(chunk);
  chunk_nodes_ = arena.array<NodeId>(chunk);
  lists_ = arena.array<graph::KnnLists<graph::kLeafNeighbors>>(static_cast<std::size_t>(blocks) *
                                                               kChunkParts);
  list_nodes_ = arena.array<ListNodes>(static_cast<std::size_t>(blocks) * kChunkParts);
  scratch_ = arena.array<graph::KnnScratch>(static_cast<std::size_t>(threads_));
  if (sample_ == nullptr || mean_ == nullptr || queries_ == nullptr || query_norms_ == nullptr ||
      shifts_ == nullptr || table_ == nullptr || chunk_ == nullptr || chunk_norms_ == nullptr ||
      chunk_nodes_ == nullptr || lists_ == nullptr || list_nodes_ == nullptr ||
      scratch_ == nullptr || !truth_.reserve(arena)) {
    return false;
  }
  std::copy_n(model_.transform.mean, dims(), mean_);
  rotate(model_.transform.rotation, mean_);
  std::fill_n(mean_ + dims(), dims(), 0.0F);
  for (std::int32_t i = 0; i < blocks * kChunkParts; ++i) {
    graph::clear_knn(std::min(graph::kBlock, count - i / kChunkParts * graph::kBlock), &lists_[i]);
    std::fill_n(list_nodes_[i].of[0], graph::kBlock * graph::kLeafNeighbors, kNoNode);
  }
  return true;
}

std::size_t TrialQueries::farthest(std::size_t row) const {
  const auto& kernels = kernel::active().f32;
  std::size_t found = row;
  float most = -1;
  for (std::size_t i = 0; i < sample_count_; ++i) {
    const float squared = kernels.l2_squared(sample_ + row * dims(), sample_ + i * dims(), dims());
    if (squared > most) {
      most = squared;
      found = i;
    }
  }
  return found;
}

/// Turns q, a mean of centered rows, into a query of model space.
void TrialQueries::place(float* q) const {
  const auto& kernels = kernel::active().f32;
  if (model_.metric() == Metric::kL2) {
    return;
  }
  for (std::size_t j = 0; j < dims(); ++j) {
    q[j] += mean_[j];
  }
  if (model_.metric() == Metric::kCosine) {
    const double norm = std::sqrt(kernels.norm_squared(q, dims()));
    const float scale = norm > 0 ? static_cast<float>(1 / norm) : 0;
    for (std::size_t j = 0; j < dims(); ++j) {
      q[j] = q[j] * scale - mean_[j];
    }
  }
}

/// Returns the weight of a row in a mean. By cosine, rerank vectors have lost the lengths of rows,
/// which affect the means that users ask for. So random weights are drawn that differ as much as
/// lengths of word vectors do. Exact means of rows of one length lie midway between clusters, and
/// are harder than users' queries.
float TrialQueries::draw_weight(Random* random) const {
  constexpr double kShortest = 0.5;
  constexpr std::uint64_t kSteps = 1 << 20;
  const double part = static_cast<double>(random->below(kSteps)) / kSteps;
  return model_.metric() == Metric::kCosine ? static_cast<float>(kShortest + part) : 1;
}

void TrialQueries::mix(std::int32_t query, const std::size_t* rows, std::int32_t n,
                       Random* random) {
  const auto& kernels = kernel::active().f32;
  float weights[kTrialSources];
  float sum = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    weights[i] = draw_weight(random);
    sum += weights[i];
  }
  float* q = query_vector(query);
  std::fill_n(q, dims(), 0.0F);
  for (std::int32_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < dims(); ++j) {
      q[j] += sample_[rows[i] * dims() + j] * (weights[i] / sum);
    }
  }
  place(q);
  const bool is_product = model_.metric() == Metric::kInnerProduct;
  shifts_[query] = is_product ? -static_cast<double>(kernels.inner_product(q, mean_, dims())) : 0;
  query_norms_[query] = is_product ? 0 : static_cast<float>(kernels.norm_squared(q, dims()));
}

bool TrialQueries::make(std::uint64_t seed) {
  if (sample_count_ < kFewestRows) {
    return false;
  }
  Random random(seed);
  for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
    for (std::int32_t i = truth_.first(family); i < truth_.first(family + 1); ++i) {
      std::size_t rows[kTrialSources];
      for (std::size_t& row : rows) {
        row = random.below(sample_count_);
      }
      if (family == kHalfwayFamily) {
        rows[1] = farthest(rows[0]);
      }
      mix(i, rows, sources_of(family), &random);
    }
  }
  return true;
}

void TrialQueries::note_row(std::int32_t i, NodeId node, float norm_squared) {
  const bool is_product = model_.metric() == Metric::kInnerProduct;
  chunk_nodes_[i] = node;
  chunk_norms_[i] = is_product ? 0 : norm_squared;
  if (is_product) {
    const auto mean_norm =
        static_cast<float>(std::sqrt(kernel::active().f32.norm_squared(mean_, dims())));
    longest_ = std::max(longest_, std::sqrt(norm_squared) + mean_norm);
  }
}

void TrialQueries::compare_chunk(std::int32_t rows) {
  const auto blocks = static_cast<std::size_t>(blocks_of(truth_.count()));
  run_parallel(threads_, blocks * kChunkParts, [&](std::size_t task, std::int32_t worker) {
    const auto part = static_cast<std::int32_t>(task % kChunkParts);
    const std::int32_t begin = part * part_rows_;
    if (begin < rows) {
      compare_part(static_cast<std::int32_t>(task / kChunkParts), begin,
                   std::min(part_rows_, rows - begin), &scratch_[worker], task);
    }
  });
}

/// Compares `count` rows of the chunk, from row `begin` on, with a block of queries, and adds them
/// to list `list`.
void TrialQueries::compare_part(std::int32_t block, std::int32_t begin, std::int32_t count,
                                graph::KnnScratch* scratch, std::size_t list) {
  constexpr std::int32_t kLength = graph::kLeafNeighbors;
  auto* lists = &lists_[list];
  const std::int32_t first = block * graph::kBlock;
  const std::int32_t n = std::min(graph::kBlock, truth_.count() - first);
  graph::knn_functions().more(
      {.dims = model_.dims(),
       .reference = mean_ + dims(),
       .rows = {query_vector(first), nullptr, query_norms_ + first, n},
       .columns = {chunk_vector(begin), nullptr, chunk_norms_ + begin, count},
       .scratch = scratch},
      lists);
  for (std::int32_t i = 0; i < n; ++i) {
    NodeId* nodes = list_nodes_[list].of[i];
    NodeId before[kLength];
    std::copy_n(nodes, kLength, before);
    for (std::int32_t j = 0; j < kLength && lists->column[i][j] != -1; ++j) {
      std::int32_t& column = lists->column[i][j];
      nodes[j] = column >= 0 ? chunk_nodes_[begin + column] : before[shown(column)];
      column = hide(j);
    }
  }
}

void TrialQueries::finish() {
  for (std::int32_t i = 0; i < truth_.count(); ++i) {
    join_parts(i);
    std::copy_n(nodes_of(i), kTrialNeighbors, truth_.of(i));
  }
}

/// Puts the rows of all parts that are nearest to a query into the list of the first part.
void TrialQueries::join_parts(std::int32_t query) {
  constexpr std::int32_t kLength = graph::kLeafNeighbors;
  const std::int32_t row = query % graph::kBlock;
  const std::size_t first = list_of(query);
  const auto* lists = &lists_[first];
  const ListNodes* nodes = &list_nodes_[first];
  float distance[kLength];
  NodeId node[kLength];
  std::int32_t at[kChunkParts] = {};
  for (std::int32_t i = 0; i < kLength; ++i) {
    std::int32_t next = 0;
    float nearest = std::numeric_limits<float>::infinity();
    for (std::int32_t part = 0; part < kChunkParts; ++part) {
      if (at[part] < kLength && lists[part].distance[row][at[part]] < nearest) {
        next = part;
        nearest = lists[part].distance[row][at[part]];
      }
    }
    const bool is_row = nearest < std::numeric_limits<float>::infinity();
    distance[i] = nearest;
    node[i] = is_row ? nodes[next].of[row][at[next]++] : kNoNode;
  }
  std::copy_n(distance, kLength, lists_[first].distance[row]);
  std::copy_n(node, kLength, nodes_of(query));
}

std::size_t TrialQueries::list_of(std::int32_t query) const {
  return static_cast<std::size_t>(query / graph::kBlock * kChunkParts);
}

NodeId* TrialQueries::nodes_of(std::int32_t query) const {
  return list_nodes_[list_of(query)].of[query % graph::kBlock];
}

void TrialQueries::shorten(std::int32_t query, std::int32_t count) {
  constexpr float kRounding = 1e-5F;
  const float* distance = lists_[list_of(query)].distance[query % graph::kBlock];
  if (nodes_of(query)[count] != kNoNode) {
    const float left_out =
        distance[count] - kRounding * (std::fabs(distance[count]) + query_norms_[query]);
    while (count > 0 && distance[count - 1] >= left_out) {
      --count;
    }
  }
  truth_.end(query, count);
}

GraphQuery TrialQueries::query(std::int32_t i) const {
  GraphQuery query;
  prepare_rotated(model_, query_vector(i), shifts_[i], table_, &query);
  return query;
}

}  // namespace vecext
