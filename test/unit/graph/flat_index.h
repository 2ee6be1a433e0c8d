// The index of a flat graph in memory, built from values as columns have them, and what tests ask
// of it.
#pragma once

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/graph/format/graph_rows.h"
#include "core/graph/flat/flat_pending.h"
#include "core/graph/flat/flat_rebuild.h"
#include "core/graph/flat/flat_search.h"
#include "core/value/layout.h"
#include "doctest/doctest.h"
#include "graph/construct_options.h"
#include "graph/verified.h"
#include "memory_store.h"

namespace vecext::test {

/// A value as its column has it.
using Value = std::vector<std::byte>;

/// What an operator class is over, and of how many dimensions its column is.
struct Class {
  Element element;
  Metric metric;
  int dims;
  int elements = 0;  // of a sparse value, at most
};

/// n values around 20 centers, the same for the same arguments.
inline std::vector<Value> flat_values(const Class& of, int n) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  const int width = of.element == Element::kSparse ? 2 * of.elements : of.dims;
  std::vector<float> centers(20 * static_cast<std::size_t>(width));
  for (float& c : centers) {
    c = 2 * normal(random);
  }
  std::vector<Value> values;
  for (int i = 0; i < n; ++i) {
    std::vector<float> x;
    for (int j = 0; j < width; ++j) {
      x.push_back(centers[static_cast<std::size_t>(i % 20 * width + j)] + normal(random));
    }
    if (of.element == Element::kSparse) {
      std::vector<std::uint32_t> indices;
      std::vector<float> kept;
      for (int j = 0; j < width; ++j) {
        const std::size_t index = static_cast<std::size_t>(j);
        if (x[index] > 0.5F && static_cast<int>(kept.size()) < of.elements) {
          indices.push_back(static_cast<std::uint32_t>(j * (of.dims / width)));
          kept.push_back(x[index]);
        }
      }
      const auto nnz = static_cast<std::int32_t>(kept.size());
      const SparsevecLayout head{of.dims, nnz, 0};
      Value value(sparse_size(nnz));
      std::memcpy(value.data(), &head, sizeof head);
      std::byte* to = value.data() + sizeof head;
      to = std::copy_n(reinterpret_cast<const std::byte*>(indices.data()), indices.size() * 4, to);
      std::copy_n(reinterpret_cast<const std::byte*>(kept.data()), kept.size() * 4, to);
      values.push_back(value);
      continue;
    }
    if (of.element == Element::kBit) {
      for (float& v : x) {
        v = v > 0 ? 1.0F : 0.0F;
      }
    }
    Value value(stored_bytes(of.element, of.dims));
    narrow(of.element, x.data(), of.dims, value.data());
    values.push_back(value);
  }
  return values;
}

struct FlatIndex {
  MemoryStore store;
  TestArena arena;
  GraphModel model{};
  Frontier work{arena};
  Class of;
  std::vector<Value> values;

  FlatIndex(const Class& opclass, std::vector<Value> all, int m = 16)
      : of(opclass), values(std::move(all)) {
    GraphMeta& meta = model.meta;
    meta.element = static_cast<std::uint8_t>(of.element);
    meta.metric = static_cast<std::uint8_t>(of.metric);
    meta.dims = of.dims;
    meta.m = m;
    meta.seed = 7;
    REQUIRE(plan_graph(&meta));
    derive(&model);
    REQUIRE(model.is_flat());
    std::vector<std::byte> elements;
    std::vector<std::size_t> begin{0};
    std::vector<RowId> ids;
    for (const Value& value : values) {
      ids.push_back(row(static_cast<int>(ids.size())));
      elements.insert(elements.end(), value.begin(), value.end());
      begin.push_back(elements.size());
    }
    const FlatRows rows{elements.data(), begin.data(), ids.data(), ids.size()};
    Sketches sketches;
    Graph graph;
    REQUIRE(construct_flat(model, rows, construction(), arena, arena, &sketches, &graph).ok());
    REQUIRE(write_flat_graph(store, &model, graph, rows, sketches, arena).ok());
    model = load();
  }

  ConstructOptions construction() const {
    ConstructOptions options = construct_options(model.meta.degree);
    options.of_directions = of.metric == Metric::kCosine;
    return options;
  }

  static RowId row(int i) {
    return {static_cast<std::uint32_t>(i / 50), static_cast<std::uint16_t>(i % 50 + 1)};
  }
  static int number(RowId row) { return static_cast<int>(row.page) * 50 + row.line - 1; }

  GraphModel load() {
    GraphModel loaded{};
    REQUIRE(load_graph(store, arena, &loaded).ok());
    return loaded;
  }

  /// Adds the next row.
  void insert(const Value& value) {
    std::uint32_t pages;
    REQUIRE(insert_flat(store, model, row(static_cast<int>(values.size())), value.data(), arena,
                        &model.meta.pending_tail, &pages)
                .ok());
    values.push_back(value);
  }

  /// Makes the graph again. Where the store has stopped, nobody knows how it ended.
  Status rebuild_all() {
    GraphModel changed = load();
    const Status status =
        rebuild_flat(store, &changed, {construction(), arena, arena, SIZE_MAX, {}});
    model = load();
    return status;
  }

  /// Removes the rows whose number is a multiple of three.
  void remove_third() {
    RemovedRows rows{[](void*, RowId row) { return number(row) % 3 == 0; }, nullptr, 0, 0};
    for (PageId page = 1; page < store.size(); ++page) {
      REQUIRE(remove_graph_rows(store, model, page, &rows).ok());
    }
  }

  double distance(const Value& a, const Value& b) const {
    const double d = vector_distance(of.element, of.metric)(a.data(), b.data(), of.dims);
    return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
  }

  std::vector<Candidate> find(const Value& query, int ef, RowFilter filter = {},
                              GraphCounts* counts = nullptr, bool is_strict = false) {
    Candidates found(arena);
    GraphCounts ignored{};
    const GraphLimits limits{.wanted = ef, .ef = ef, .filter = filter, .is_strict = is_strict};
    REQUIRE(search_flat(store, model, query.data(), limits, &work, arena, &found,
                        counts == nullptr ? &ignored : counts)
                .ok());
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    return {rows, rows + count};
  }

  /// Share of the k nearest rows that a search with ef finds, over some queries.
  double recall(int queries, int k, int ef) {
    int hits = 0;
    for (int q = 0; q < queries; ++q) {
      const Value& query = values[static_cast<std::size_t>(q * 7)];
      std::vector<double> all;
      for (const Value& value : values) {
        all.push_back(distance(query, value));
      }
      std::sort(all.begin(), all.end());
      const auto found = find(query, ef);
      for (int i = 0; i < k; ++i) {
        hits += found[static_cast<std::size_t>(i)].bound <= all[static_cast<std::size_t>(k - 1)];
      }
    }
    return static_cast<double>(hits) / (queries * k);
  }

  static bool rerank_matches(void* context, RowId row, const std::byte* rerank) {
    const auto* index = static_cast<const FlatIndex*>(context);
    const auto i = static_cast<std::size_t>(number(row));
    return row.page > 1000 || i >= index->values.size() ||
           std::equal(index->values[i].begin(), index->values[i].end(), rerank);
  }

  /// What verify_graph() finds wrong, or null.
  const char* wrong(GraphSummary* summary = nullptr) {
    return find_wrong(store, load(), {rerank_matches, this}, arena, summary);
  }
};

}  // namespace vecext::test
