// The index of a graph in memory, built from random clustered rows, and what tests ask of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/graph/update/pending.h"
#include "core/graph/search/graph_search.h"
#include "core/graph/format/graph_rows.h"
#include "core/graph/format/graph_verify.h"
#include "core/graph/format/graph_write.h"
#include "core/graph/external/shards.h"
#include "core/graph/construct/products.h"
#include "core/graph/update/rebuild.h"
#include "core/quant/vector_distance.h"
#include "core/quant/transform_rows.h"
#include "doctest/doctest.h"
#include "graph/construct_options.h"
#include "graph/memory_temp_files.h"
#include "graph/verified.h"
#include "memory_store.h"

namespace vecext::test {

/// n rows around 20 centers, the same for the same arguments.
inline std::vector<float> graph_rows(int n, int dims) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> centers(20 * static_cast<std::size_t>(dims));
  for (float& c : centers) {
    c = 2 * normal(random);
  }
  std::vector<float> x;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < dims; ++j) {
      x.push_back(centers[static_cast<std::size_t>(i % 20 * dims + j)] + normal(random));
    }
  }
  return x;
}

struct GraphIndex {
  static constexpr std::size_t kBatch = 1500;

  MemoryStore store;
  TestArena arena;
  GraphModel model{};
  Frontier work{arena};
  std::vector<float> x;
  int dims;

  MemoryTempFiles temp_files;
  std::size_t memory;  // of a build and of rebuild_all(); 0: what they need
  Status status;       // of the build
  ConstructOptions construction = construct_options(0);

  GraphIndex(Metric metric, int index_dims, std::vector<float> rows, int m = 16)
      : GraphIndex(metric, index_dims, std::move(rows), m, 0) {
    REQUIRE(status.ok());
  }

  /// Built within so much memory; `change` sees the index, and options, before.
  GraphIndex(Metric metric, int index_dims, std::vector<float> rows, int m,
             std::size_t build_memory, void (*change)(GraphIndex*) = nullptr)
      : x(std::move(rows)), dims(index_dims), memory(build_memory) {
    if (change != nullptr) {
      change(this);
    }
    const auto n = x.size() / static_cast<std::size_t>(dims);
    GraphMeta& meta = model.meta;
    meta.element = static_cast<std::uint8_t>(Element::kFloat);
    meta.metric = static_cast<std::uint8_t>(metric);
    meta.dims = dims;
    meta.m = m;
    meta.seed = 7;
    REQUIRE(plan_graph(&meta));
    derive(&model);
    construction.degree = meta.degree;
    construction.of_directions = metric == Metric::kCosine;
    const bool product = metric == Metric::kInnerProduct;
    const auto stride = static_cast<std::size_t>(model.dims() + (product ? kProductDims : 0));
    std::vector<float> moved(n * stride);
    std::vector<float> mean(stride);
    const ParallelOptions options{.threads = 1, .stop = nullptr, .stop_context = nullptr};
    const TransformRows source{x.data(), n, static_cast<std::size_t>(dims)};
    REQUIRE(mean_of_rows(model.transform, source, options, arena, mean.data()).ok());
    model.transform.mean = mean.data();
    REQUIRE(transform_rows(model.transform, source, options, moved.data(), stride).ok());
    if (product && memory == 0) {
      REQUIRE(add_product_dims(moved.data(), n, model.dims(), stride, arena));
    }
    std::vector<RowId> ids;
    for (int i = 0; i < static_cast<int>(n); ++i) {
      ids.push_back(row(i));
    }
    status = memory == 0 ? build_whole(moved, stride, ids) : build_by_shards(&moved, stride, ids);
    if (status.ok()) {
      model = load();
    }
  }

  Status build_whole(const std::vector<float>& moved, std::size_t stride,
                     const std::vector<RowId>& ids) {
    Graph graph;
    const Status made = construct(moved.data(), ids.size(), static_cast<std::int32_t>(stride),
                                  construction, arena, arena, &graph);
    return !made.ok()
               ? made
               : write_graph(store, &model, graph, {moved.data(), stride, ids.data(), nullptr},
                             construction.parallel, arena);
  }

  /// The sample is a tenth of the rows.
  Status build_by_shards(std::vector<float>* moved, std::size_t stride,
                         const std::vector<RowId>& ids) {
    std::vector<float> sample;
    std::vector<RowId> sampled;
    std::mt19937 random(3);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (random() % 10 > 0) {
        continue;
      }
      sample.insert(sample.end(), moved->begin() + static_cast<std::ptrdiff_t>(i * stride),
                    moved->begin() + static_cast<std::ptrdiff_t>((i + 1) * stride));
      sampled.push_back(ids[i]);
    }
    const auto floats = static_cast<std::int32_t>(stride);
    const std::size_t bytes =
        std::max(memory, graph::least_shard_bytes(model, construction, floats, ids.size()));
    const graph::ShardWork shards_work{construction, floats, temp_files.interface(),
                                       Arena(arena).array<std::byte>(bytes), bytes};
    graph::Shards shards(&model, kMain, shards_work);
    Status made = begin_graph(store, &model);
    if (made.ok()) {
      made = shards.plan(sample.data(), sampled.data(), sampled.size(), ids.size());
    }
    for (std::size_t i = 0; made.ok() && i < ids.size(); i += kBatch) {
      made = shards.add(moved->data() + i * stride, ids.data() + i, nullptr,
                        std::min(kBatch, ids.size() - i));
    }
    if (made.ok()) {
      made = shards.write(store);
    }
    return made.ok() ? finish_graph(store, &model) : made;
  }

  static RowId row(int i) {
    return {static_cast<std::uint32_t>(i / 50), static_cast<std::uint16_t>(i % 50 + 1)};
  }
  static int number(RowId row) { return static_cast<int>(row.page) * 50 + row.line - 1; }
  int rows() const { return static_cast<int>(x.size()) / dims; }
  const float* vector(int i) const { return x.data() + static_cast<std::ptrdiff_t>(i) * dims; }

  GraphModel load() {
    GraphModel loaded{};
    REQUIRE(load_graph(store, arena, &loaded).ok());
    return loaded;
  }

  /// Adds a row with the vector given.
  void insert(int i, const float* vector) {
    std::vector<float> rotated(static_cast<std::size_t>(model.dims()));
    PendingRow pending;
    transform_vector(model.transform, vector, false, rotated.data());
    REQUIRE(make_pending(model, rotated.data(), row(i), arena, &pending));
    std::uint32_t pages;
    REQUIRE(insert_pending(store, model, pending, &model.meta.pending_tail, &pages).ok());
  }

  /// Makes a graph again. Where the store has stopped, nobody knows how it ended.
  Status rebuild_part(Rebuilt rebuilt = Rebuilt::kBoth) {
    RebuiltGraph graph;
    return rebuild_part(rebuilt, &graph);
  }
  Status rebuild_part(Rebuilt rebuilt, RebuiltGraph* graph) {
    GraphModel changed = load();
    const bool product = model.metric() == Metric::kInnerProduct;
    const Status made = rebuild(store, &changed, rebuilt,
                                model.dims() + (product ? kProductDims : 0), rebuild_work(), graph);
    model = load();
    return made;
  }
  /// Writes a graph once more that has just been made again.
  Status move(const RebuiltGraph& graph) {
    GraphModel changed = load();
    const Status moved = move_graph(store, &changed, graph, rebuild_work());
    model = load();
    return moved;
  }
  RebuildWork rebuild_work() {
    return {construction, arena, arena, memory == 0 ? SIZE_MAX : memory, temp_files.interface()};
  }

  std::vector<Candidate> find(const float* query, int ef, RowFilter filter = {},
                              GraphCounts* counts = nullptr) {
    GraphQuery prepared;
    REQUIRE(prepare_search(model, query, arena, &prepared));
    Candidates found(arena);
    GraphCounts ignored{};
    REQUIRE(search_graph(store, model, prepared, {ef, ef, filter}, &work, &found,
                         counts == nullptr ? &ignored : counts)
                .ok());
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    return {rows, rows + count};
  }

  double distance(const float* query, int i) const {
    return vector_distance(Element::kFloat, model.metric())(query, vector(i), dims);
  }

  /// Share of the k nearest rows that a search with ef finds, over some queries between rows.
  double recall(int queries, int k, int ef) {
    int hits = 0;
    for (int q = 0; q < queries; ++q) {
      std::vector<float> query(vector(q * 7), vector(q * 7) + dims);
      for (int j = 0; j < dims; ++j) {
        query[static_cast<std::size_t>(j)] += 0.3F * vector(q * 7 + 20)[j];
      }
      std::vector<std::pair<double, int>> all;
      for (int i = 0; i < rows(); ++i) {
        all.emplace_back(distance(query.data(), i), i);
      }
      std::sort(all.begin(), all.end());
      std::set<int> found;
      for (const Candidate& c : find(query.data(), ef)) {
        found.insert(number(c.row));
      }
      for (int i = 0; i < k; ++i) {
        hits += static_cast<int>(found.count(all[static_cast<std::size_t>(i)].second));
      }
    }
    return static_cast<double>(hits) / (queries * k);
  }

  /// Whether the rerank vector of a row that the index was built from is that row's.
  static bool rerank_matches(void* context, RowId row, const std::byte* rerank) {
    const auto* index = static_cast<const GraphIndex*>(context);
    if (row.page > 1000 || number(row) >= index->rows()) {
      return true;
    }
    std::vector<float> rotated(static_cast<std::size_t>(index->model.dims()));
    transform_vector(index->model.transform, index->vector(number(row)), false, rotated.data());
    return rerank_holds(index->model.rerank(), rerank, rotated.data(), index->model.dims());
  }

  /// What verify_graph() finds wrong, or null.
  const char* wrong(GraphSummary* summary = nullptr) {
    return find_wrong(store, load(), {rerank_matches, this}, arena, summary);
  }
};

/// Flips a bit of a page of the index, 2,000 times, and takes it back: how many times ask(round,
/// model, arena), the Status of a search of what was loaded, or loading it, refused. Of a model of
/// other dimensions nothing is asked: the caller, which has the column, compares them.
/// page_of(round, random) chooses the page.
template <class PageOf, class Ask>
int refused_damage(GraphIndex* index, std::uint32_t seed, const PageOf& page_of, const Ask& ask) {
  std::mt19937 random(seed);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    const PageId page = page_of(round, random);
    const std::size_t at = 24 + random() % (kPageSize - 24);
    std::byte& byte = index->store.bytes(page)[at];
    const std::byte old = byte;
    byte ^= static_cast<std::byte>(1u << (random() % 8));
    TestArena arena;
    GraphModel model{};
    Status status = load_graph(index->store, arena, &model);
    if (status.ok() && model.meta.dims == index->dims) {
      status = ask(round, &model, arena);
    }
    refused += status.ok() ? 0 : 1;
    byte = old;
  }
  return refused;
}

}  // namespace vecext::test
