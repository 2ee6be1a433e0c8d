// The index of a graph in memory, built from random clustered rows, and what tests ask of it.
#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/graph/fresh.h"
#include "core/graph/graph_search.h"
#include "core/graph/graph_vacuum.h"
#include "core/graph/graph_verify.h"
#include "core/graph/graph_write.h"
#include "core/graph/products.h"
#include "core/graph/regrow.h"
#include "core/quant/vector_distance.h"
#include "core/space/rows.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test {

/// n rows around 20 centres, the same for the same arguments.
inline std::vector<float> graph_rows(int n, int dims) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> centres(20 * static_cast<std::size_t>(dims));
  for (float& c : centres) c = 2 * normal(random);
  std::vector<float> x;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < dims; ++j)
      x.push_back(centres[static_cast<std::size_t>(i % 20 * dims + j)] + normal(random));
  return x;
}

struct GraphIndex {
  MemoryStore store;
  TestArena arena;
  GraphModel model{};
  Frontier work{arena};
  std::vector<float> x;
  int dims;

  GraphIndex(Metric metric, int index_dims, std::vector<float> rows, int m = 16)
      : x(std::move(rows)), dims(index_dims) {
    const auto n = x.size() / static_cast<std::size_t>(dims);
    GraphMeta& meta = model.meta;
    meta.magic = kGraphMagic;
    meta.element = static_cast<std::uint8_t>(Element::kFloat);
    meta.metric = static_cast<std::uint8_t>(metric);
    meta.dims = dims;
    meta.m = m;
    meta.seed = 7;
    REQUIRE(plan_graph(&meta));
    derive(&model);
    const bool product = metric == Metric::kInnerProduct;
    const auto stride = static_cast<std::size_t>(model.dims() + (product ? kProductDims : 0));
    std::vector<float> moved(n * stride);
    std::vector<float> mean(stride);
    std::vector<float> scratch(2 * stride);
    const KMeansOptions options{
        .k = 1, .rounds = 0, .threads = 1, .seed = 1, .stop = nullptr, .stop_context = nullptr};
    const SpaceRows source{x.data(), n, static_cast<std::size_t>(dims)};
    REQUIRE(mean_of_rows(model.space, source, options, mean.data(), scratch.data()).ok());
    model.space.mean = mean.data();
    REQUIRE(rows_to_space(model.space, source, options, moved.data(), stride).ok());
    if (product) REQUIRE(add_product_dims(moved.data(), n, model.dims(), stride, arena));
    Graph graph;
    const ConstructOptions construction{.degree = meta.degree,
                                        .alpha = 1.05F,
                                        .threads = 1,
                                        .seed = 1,
                                        .stop = nullptr,
                                        .stop_context = nullptr};
    REQUIRE(construct(moved.data(), n, static_cast<std::int32_t>(stride), construction, arena,
                      arena, &graph)
                .ok());
    std::vector<RowId> ids;
    for (int i = 0; i < static_cast<int>(n); ++i) ids.push_back(row(i));
    REQUIRE(write_graph(store, &model, graph, {moved.data(), stride, ids.data(), nullptr}, 1, arena)
                .ok());
    model = load();
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
    FreshRow fresh;
    to_space(model.space, vector, false, rotated.data());
    REQUIRE(make_fresh(model, rotated.data(), row(i), arena, &fresh));
    std::uint32_t pages;
    REQUIRE(insert_fresh(store, model, fresh, &model.meta.fresh_tail, &pages).ok());
  }

  /// Makes a graph anew. Where the store has stopped, nobody knows how it ended.
  Status regrow_part(Part part = kMain) {
    GraphModel changed = load();
    const RegrowWork options{{.degree = model.meta.degree,
                              .alpha = 1.05F,
                              .threads = 1,
                              .seed = 1,
                              .stop = nullptr,
                              .stop_context = nullptr},
                             arena,
                             arena};
    const bool product = model.metric() == Metric::kInnerProduct;
    const Status status =
        regrow(store, &changed, part, model.dims() + (product ? kProductDims : 0), options);
    model = load();
    return status;
  }

  std::vector<Candidate> find(const float* query, int ef, RowFilter filter = {},
                              GraphCounts* counts = nullptr) {
    GraphQuery prepared;
    REQUIRE(prepare_search(model, query, arena, &prepared));
    Candidates found(arena);
    GraphCounts ignored{};
    REQUIRE(search_graph(store, model, prepared, {ef, filter}, &work, &found,
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
      for (int j = 0; j < dims; ++j)
        query[static_cast<std::size_t>(j)] += 0.3F * vector(q * 7 + 20)[j];
      std::vector<std::pair<double, int>> all;
      for (int i = 0; i < rows(); ++i) all.emplace_back(distance(query.data(), i), i);
      std::sort(all.begin(), all.end());
      std::set<int> found;
      for (const Candidate& c : find(query.data(), ef)) found.insert(number(c.row));
      for (int i = 0; i < k; ++i)
        hits += static_cast<int>(found.count(all[static_cast<std::size_t>(i)].second));
    }
    return static_cast<double>(hits) / (queries * k);
  }

  /// Whether the own vector of a row that the index was built from is that row's.
  static bool is_own(void* context, RowId row, const std::byte* own) {
    const auto* index = static_cast<const GraphIndex*>(context);
    if (row.page > 1000 || number(row) >= index->rows()) return true;
    std::vector<float> rotated(static_cast<std::size_t>(index->model.dims()));
    to_space(index->model.space, index->vector(number(row)), false, rotated.data());
    return own_holds(index->model.own(), own, rotated.data(), index->model.dims());
  }

  /// What verify_graph() finds wrong, or null.
  const char* wrong(GraphSurvey* survey = nullptr) {
    GraphSurvey ignored;
    Finding finding;
    REQUIRE(verify_graph(store, load(), static_cast<std::int64_t>(store.size()), {is_own, this},
                         arena, survey == nullptr ? &ignored : survey, &finding)
                .ok());
    return finding.what;
  }
};

}  // namespace vecext::test
