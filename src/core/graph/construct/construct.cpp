// The steps of a construction, and the memory that they share.
#include "core/graph/construct/construct.h"

#include <algorithm>
#include <iterator>

#include "core/base/threads.h"
#include "core/graph/construct/link_candidates.h"
#include "core/graph/construct/connect.h"
#include "core/graph/construct/link.h"
#include "core/graph/construct/reorder.h"
#include "core/graph/construct/partition.h"
#include "core/graph/construct/duplicates.h"
#include "core/graph/construct/workspace.h"

namespace vecext {
namespace graph {
namespace {

class Construction {
 public:
  Construction(const float* x, std::size_t n, std::int32_t dims, const ConstructOptions& options,
               const OldLinks* old, Graph* graph)
      : n_(n),
        options_(options),
        parallel_{.threads = std::clamp(options.parallel.threads, 1, kMostThreads),
                  .stop = options.parallel.stop,
                  .stop_context = options.parallel.stop_context},
        vectors_{x, nullptr, static_cast<std::uint32_t>(n), dims},
        links_(vectors_, options_, parallel_),
        old_(old),
        graph_(graph) {}

  /// Reserves all memory. Returns false if memory runs out.
  bool reserve(Arena arena, Arena scratch);

  Status run();

 private:
  bool reserve_for_candidates(Arena scratch);
  std::size_t step_memory();
  Status append_leaves();
  Status number_nodes();
  void keep_lists();
  Status collect(Pool* pool);
  Status link_nodes();
  Status connect();

  std::int32_t entries_wanted(std::size_t nodes) const {
    return std::min(options_.entries, entries_for(nodes));
  }

  /// Returns memory for the next step, in place of the memory of the step before.
  Arena step() {
    workspace_.clear();
    return workspace_.arena();
  }

  const std::size_t n_;
  const ConstructOptions& options_;
  const ParallelOptions parallel_;
  Vectors vectors_;
  Leaves leaves_{};
  Links links_;
  const OldLinks* old_;
  std::uint32_t* node_of_row_ = nullptr;  // used with old links
  KnnScratch* near_ = nullptr;            // by thread
  Workspace workspace_;                   // memory of the current step
  Graph* graph_;
};

bool Construction::reserve(Arena arena, Arena scratch) {
  const auto degree = static_cast<std::size_t>(options_.degree);
  graph_->nodes = static_cast<std::uint32_t>(n_);
  graph_->degree = options_.degree;
  graph_->entry_count = 0;
  graph_->row = arena.array<std::uint32_t>(n_);
  graph_->neighbors = arena.array<std::uint32_t>(n_ * degree);
  graph_->duplicate = arena.array<std::uint32_t>(n_);
  graph_->list_end = arena.array<std::uint32_t>(most_lists(n_));
  return graph_->row != nullptr && graph_->neighbors != nullptr && graph_->duplicate != nullptr &&
         graph_->list_end != nullptr && reserve_for_candidates(scratch) &&
         links_.reserve(scratch, n_) && workspace_.reserve(scratch, step_memory());
}

bool Construction::reserve_for_candidates(Arena scratch) {
  if (old_ != nullptr) {
    node_of_row_ = scratch.array<std::uint32_t>(n_);
    return node_of_row_ != nullptr;
  }
  near_ = scratch.array<KnnScratch>(static_cast<std::size_t>(parallel_.threads));
  return near_ != nullptr && leaves_.reserve(scratch, n_, options_.replicas);
}

/// Returns how many bytes the step takes that takes the most memory, if no two rows are equal.
std::size_t Construction::step_memory() {
  const cluster::Rows rows{vectors_.x, vectors_.row, n_};
  const std::size_t steps[] = {
      bytes_taken([&](Arena arena) { Duplicates().reserve(arena, n_); }),
      n_ > kLeafRows ? bytes_taken([&](Arena arena) {
        Partition(rows, vectors_.dims, parallel_).reserve(arena);
      })
                     : 0,
      bytes_taken([&](Arena arena) { Pool().reserve(arena, n_, options_); }),
      bytes_taken(
          [&](Arena arena) { Entries(vectors_, parallel_, entries_wanted(n_)).reserve(arena); }),
      bytes_taken([&](Arena arena) { Connection(vectors_, parallel_, graph_).reserve(arena, n_); }),
      bytes_taken([&](Arena arena) { Reordering(0, parallel_, graph_).reserve(arena, n_); })};
  return *std::max_element(std::begin(steps), std::end(steps));
}

Status Construction::run() {
  vectors_.row = graph_->row;
  Duplicates duplicates;
  duplicates.reserve(step(), n_);
  Status status = duplicates.find(vectors_.x, n_, vectors_.dims, options_.of_directions, parallel_,
                                  graph_->duplicate, graph_->row, &vectors_.nodes);
  graph_->list_end[0] = vectors_.nodes;
  graph_->list_count = 1;
  if (status.ok() && old_ != nullptr) {
    keep_lists();
  } else if (status.ok() && vectors_.nodes > kLeafRows) {
    status = append_leaves();
  }
  if (status.ok()) {
    status = link_nodes();
  }
  if (status.ok()) {
    status = connect();
  }
  if (!status.ok()) {
    return status;
  }
  Reordering numbering(vectors_.nodes, parallel_, graph_);
  numbering.reserve(step(), n_);
  return numbering.make();
}

/// Appends the leaves. Their members are rows at first, and then become nodes.
Status Construction::append_leaves() {
  Partition partition({vectors_.x, vectors_.row, vectors_.nodes}, vectors_.dims, parallel_);
  if (!partition.reserve(step())) {
    return out_of_memory();
  }
  for (std::int32_t replica = 0; replica < options_.replicas; ++replica) {
    VECEXT_TRY(partition.append(options_.seed * kMostReplicas + static_cast<std::uint64_t>(replica),
                                near_, &leaves_));
    if (replica == 0) {
      VECEXT_TRY(partition.order_by_lists(graph_->row, graph_->list_end, &graph_->list_count));
    }
  }
  return number_nodes();
}

/// Numbers nodes in the order of the lists, so that nodes that a step reads one after another are
/// near each other in memory.
Status Construction::number_nodes() {
  auto* number = step().array<std::uint32_t>(n_);  // by row
  const Status status = for_each_in_turn(parallel_, vectors_.nodes, [&](std::size_t i) {
    number[graph_->row[i]] = static_cast<std::uint32_t>(i);
  });
  return !status.ok()
             ? status
             : for_each_in_turn(parallel_, leaves_.begin(leaves_.count), [&](std::size_t i) {
                 std::uint32_t& member = leaves_.members[i];
                 member = number[member];
               });
}

/// Takes over the lists of the old graph. If a list is left with few nodes, these share a list with
/// the nodes of the next list. The rows of nodes must ascend.
void Construction::keep_lists() {
  const std::uint32_t* row = vectors_.row;
  std::uint32_t begin = 0;
  graph_->list_count = 0;
  for (std::uint32_t l = 0; l < old_->list_count; ++l) {
    const auto end = static_cast<std::uint32_t>(
        std::lower_bound(row + begin, row + vectors_.nodes, old_->list_end[l]) - row);
    if (end - begin >= kBlockLanes) {
      graph_->list_end[graph_->list_count++] = begin = end;
    }
  }
  if (begin < vectors_.nodes) {
    graph_->list_end[graph_->list_count++] = vectors_.nodes;
  }
}

Status Construction::collect(Pool* pool) {
  if (old_ == nullptr) {
    return vectors_.nodes > kLeafRows
               ? collect_candidates(vectors_, leaves_, parallel_, near_, pool)
               : collect_all(vectors_, parallel_, pool);
  }
  std::uint32_t node = 0;
  VECEXT_TRY(for_each_in_turn(parallel_, n_, [&](std::size_t row) {
    const bool is_first = graph_->duplicate[row] == row;
    node_of_row_[row] = is_first ? node++ : node_of_row_[graph_->duplicate[row]];
  }));
  return collect_old(vectors_, *old_, node_of_row_, parallel_, pool);
}

Status Construction::link_nodes() {
  Pool pool;
  pool.reserve(step(), vectors_.nodes, options_);
  VECEXT_TRY(collect(&pool));
  return links_.make(&pool, graph_->neighbors);
}

Status Construction::connect() {
  Entries entries(vectors_, parallel_, entries_wanted(vectors_.nodes));
  if (!entries.reserve(step())) {
    return out_of_memory();
  }
  VECEXT_TRY(entries.choose(options_.seed, graph_->entries, &graph_->entry_count));
  Connection connection(vectors_, parallel_, graph_);
  connection.reserve(step(), vectors_.nodes);
  return connection.make(vectors_.nodes);
}

}  // namespace
}  // namespace graph

Status construct(const float* x, std::size_t n, std::int32_t dims, const ConstructOptions& options,
                 Arena arena, Arena scratch, Graph* graph, const graph::OldLinks* old) {
  *graph = {};
  graph->degree = options.degree;
  if (n == 0) {
    return {};
  }
  if (n > kMaxNodes) {
    return out_of_memory();
  }
  graph::Construction construction(x, n, dims, options, old, graph);
  if (!construction.reserve(arena, scratch)) {
    return out_of_memory();
  }
  return construction.run();
}

std::size_t construct_memory(std::size_t n, std::int32_t dims, std::int32_t degree,
                             std::int32_t threads, std::int32_t replicas) {
  if (n == 0) {
    return 0;
  }
  const ConstructOptions options{.degree = degree,
                                 .alpha = 1,
                                 .replicas = replicas,
                                 .entries = kMaxEntries,
                                 .seed = 0,
                                 .parallel = {threads, nullptr, nullptr}};
  Graph graph{};
  return graph::bytes_taken([&](Arena arena) {
    graph::Construction(nullptr, n, dims, options, nullptr, &graph).reserve(arena, arena);
  });
}

}  // namespace vecext
