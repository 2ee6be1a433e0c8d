// An index in memory, built from random clustered rows, and what tests ask of it.
#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/ivf/lists/build.h"
#include "core/ivf/lists/list_insert.h"
#include "core/ivf/search/list_search.h"
#include "core/ivf/lists/lists_verify.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test {

struct Options {
  Metric metric = Metric::kL2;
  int bits = 4;
  int dims = 24;
  int lists = 16;
  Rerank rerank = Rerank::kNone;
  Element element = Element::kFloat;
};

/// n rows around 20 centroids, the same for the same arguments.
inline std::vector<float> clustered_rows(int n, int dims) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> centroids(20 * static_cast<std::size_t>(dims));
  for (float& c : centroids) {
    c = 3 * normal(random);
  }
  std::vector<float> x;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < dims; ++j) {
      x.push_back(centroids[static_cast<std::size_t>(i % 20 * dims + j)] + normal(random));
    }
  }
  return x;
}

/// What nearest_list() sets.
inline std::int32_t nearest_of(const ivf::Model& model, const float* x, std::int32_t but,
                               Arena arena) {
  std::int32_t list;
  REQUIRE(nearest_list(model, x, but, arena, &list).ok());
  return list;
}

struct TestIndex {
  MemoryStore store;
  TestArena arena;
  ivf::Model model{};
  std::vector<float> x;
  int dims;

  TestIndex(const Options& options, int n) : TestIndex(options, clustered_rows(n, options.dims)) {}

  TestIndex(const Options& options, std::vector<float> from)
      : x(std::move(from)), dims(options.dims) {
    const int n = static_cast<int>(x.size()) / dims;
    Meta meta{};
    meta.element = static_cast<std::uint8_t>(options.element);
    meta.metric = static_cast<std::uint8_t>(options.metric);
    meta.dims = dims;
    meta.bits = static_cast<std::uint8_t>(options.bits);
    meta.rotated = options.bits == 0 ? dims : rotated_dims(dims);
    meta.rerank = static_cast<std::uint8_t>(options.rerank);
    meta.coded =
        options.bits == 0
            ? 0
            : make_codec(options.metric, options.bits, meta.rotated, kMaxBlockCodesOfRerank).coded;
    meta.list_rows = 100;
    meta.lists = static_cast<std::uint32_t>(options.lists);
    meta.seed = 7;
    const ParallelOptions work{1, nullptr, nullptr};
    REQUIRE(ivf::train(meta, {x.data(), n, dims, false}, work, arena, arena, &model).ok());
    REQUIRE(write_model(store, &model).ok());
    std::vector<RowId> rows(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
      rows[static_cast<std::size_t>(i)] = row(i);
    }
    std::vector<std::byte> records(static_cast<std::size_t>(n) * record_layout(model).size());
    ivf::RecordMaker maker(model, work);
    REQUIRE(maker.prepare(arena).ok());
    REQUIRE(maker.make({x.data(), rows.data(), n, dims}, arena, records.data()).ok());
    REQUIRE(append_records(store, &model, records.data(), n, arena).ok());
    REQUIRE(finish_build(store, &model).ok());
    model = load();
  }

  static RowId row(int i) {
    return {static_cast<std::uint32_t>(i / 50), static_cast<std::uint16_t>(i % 50 + 1)};
  }
  static int number(RowId row) { return static_cast<int>(row.page) * 50 + row.line - 1; }
  /// The vector of row i; throws where the test has none, which fails the test.
  const float* vector(int i) const { return &x.at(static_cast<std::size_t>(i * dims)); }

  ivf::Model load(int spare = 0) {
    ivf::Model loaded{};
    REQUIRE(load_model(store, arena, spare, &loaded).ok());
    return loaded;
  }

  /// Adds row i with the vector given; the outcome of insert_record.
  Status insert(int i, const float* vector, std::uint32_t* rows = nullptr) {
    std::uint32_t grown;
    std::vector<float> rotated(static_cast<std::size_t>(model.dims()));
    std::vector<std::byte> record(record_layout(model).size());
    transform_vector(model.transform(), vector, false, rotated.data());
    make_record(model, vector, rotated.data(), nearest_of(model, rotated.data(), -1, arena), row(i),
                record.data());
    return insert_record(store, model, record.data(), rows == nullptr ? &grown : rows);
  }

  /// Candidates of a search for a vector as the index's elements are stored, the model loaded from
  /// the pages.
  std::vector<Candidate> find(const void* query, const ivf::SearchLimits& limits,
                              ivf::SearchCounts* counts = nullptr) {
    const ivf::Model loaded = load();
    ivf::SearchQuery prepared;
    REQUIRE(prepare_search(loaded, query, arena, &prepared));
    ivf::ProbeOrder order;
    REQUIRE(order.prepare(loaded, prepared.rotated, arena));
    Candidates found(arena);
    ivf::SearchCounts ignored{};
    REQUIRE(search(store, loaded, prepared, limits,
                   vector_distance(loaded.element(), loaded.metric()), arena, &order, &found,
                   counts == nullptr ? &ignored : counts)
                .ok());
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    return {rows, rows + count};
  }
  std::vector<Candidate> find(const void* query, int k, int probes, RowFilter filter = {},
                              float recall = ivf::kDefaultRecall,
                              ivf::SearchCounts* counts = nullptr) {
    return find(query, {k, 0, probes, 1 - recall, filter}, counts);
  }

  /// Numbers of all rows that a search of every list finds, each once.
  std::set<int> all_rows(const float* query) {
    std::set<int> numbers;
    for (const Candidate& c : find(query, 1 << 20, 1 << 20)) {
      CHECK(numbers.insert(number(c.row)).second);
    }
    return numbers;
  }

  /// Numbers of the k nearest rows among those the index was built from.
  std::vector<int> exact(const float* query, int k) const {
    const auto distance = vector_distance(Element::kFloat, static_cast<Metric>(model.meta.metric));
    std::vector<std::pair<double, int>> all;
    for (int i = 0; i < static_cast<int>(x.size()) / dims; ++i) {
      all.emplace_back(distance(query, vector(i), dims), i);
    }
    std::sort(all.begin(), all.end());
    std::vector<int> nearest;
    for (int i = 0; i < k; ++i) {
      nearest.push_back(all[static_cast<std::size_t>(i)].second);
    }
    return nearest;
  }

  /// Whether the rerank vector of a row the index was built from is that row's.
  static bool rerank_matches(void* context, RowId row, const std::byte* rerank) {
    const auto* index = static_cast<const TestIndex*>(context);
    const ivf::Model& model = index->model;
    const auto i = static_cast<std::size_t>(number(row));
    if (rerank == nullptr || (i + 1) * static_cast<std::size_t>(index->dims) > index->x.size()) {
      return true;
    }
    std::vector<float> rotated(static_cast<std::size_t>(model.dims()));
    transform_vector(model.transform(), index->vector(number(row)), false, rotated.data());
    return rerank_holds(model.rerank(), rerank, rotated.data(), model.dims());
  }

  /// What verify() finds wrong, or null.
  const char* wrong() {
    ivf::ListSummary summary;
    VerifyFinding finding;
    REQUIRE(verify(store, load(), {rerank_matches, this}, arena, &summary, &finding).ok());
    return finding.what;
  }
};

}  // namespace vecext::test
