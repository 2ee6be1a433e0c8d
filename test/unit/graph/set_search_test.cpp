// Searches of a graph for the rows of a set.
#include "core/filter/row_bits.h"
#include "core/graph/format/node_rows.h"
#include "graph_index.h"

#include <string>

namespace vecext::test::set_search_test {
namespace {

constexpr int kDims = 24;
constexpr int kEf = 40;

/// The rows whose numbers are given.
struct RowsOf {
  TestArena arena;
  RowBits bits{arena};
  std::vector<bool> has;

  template <class Has>
  RowsOf(int n, const Has& of) {
    for (int page = 0; page * 50 < n; ++page) {
      std::vector<std::uint16_t> lines;
      for (int i = page * 50; i < std::min(n, page * 50 + 50); ++i) {
        has.push_back(of(i));
        if (has.back()) {
          lines.push_back(GraphIndex::row(i).line);
        }
      }
      const auto count = static_cast<std::int32_t>(lines.size());
      if (count > 0) {
        REQUIRE(bits.add(static_cast<std::uint32_t>(page), lines.data(), count));
      }
    }
  }
};

/// Searches of the index know the rows of its nodes from here on.
void load_rows(GraphIndex* index) {
  REQUIRE(load_node_rows(index->store, index->arena, &index->model).ok());
}

/// Adds rows `first` .. `pending` - 1 of `x`, of which it makes the delta graph, and then the
/// pending rows up to `end`.
void add_rows(GraphIndex* index, const float* x, int first, int pending, int end) {
  const auto insert = [&](int begin, int behind) {
    for (int i = begin; i < behind; ++i) {
      index->insert(i, x + static_cast<std::ptrdiff_t>(i) * index->model.meta.dims);
    }
  };
  insert(first, pending);
  REQUIRE(index->rebuild_part(Rebuilt::kDelta).ok());
  insert(pending, end);
  load_rows(index);
}

/// Nodes have no codes of their own from here on.
void forget_codes(GraphIndex* index) {
  index->model.codes[kMain] = index->model.codes[kDelta] = {};
}

/// A set that cannot tell its rows: a search for them walks.
RowFilter walked(const RowsOf& set) {
  RowFilter filter = set.bits.filter();
  filter.each = nullptr;
  return filter;
}

/// How many of the k nearest rows of the set a search by a filter finds; it finds no others.
int hits_by(const RowFilter& filter, GraphIndex* index, const float* x, const float* query,
            const RowsOf& set, int k, GraphCounts* counts, int ef = kEf) {
  std::vector<std::pair<double, int>> near;
  for (int i = 0; i < static_cast<int>(set.has.size()); ++i) {
    if (!set.has[static_cast<std::size_t>(i)]) {
      continue;
    }
    const double distance =
        vector_distance(Element::kFloat, index->model.metric())(query, x + i * kDims, kDims);
    near.emplace_back(distance, i);
  }
  std::sort(near.begin(), near.end());
  std::set<int> found;
  for (const Candidate& c : index->find(query, ef, filter, counts)) {
    const int row = GraphIndex::number(c.row);
    CHECK(set.has[static_cast<std::size_t>(row)]);
    CHECK(found.insert(row).second);
  }
  int count = 0;
  for (int i = 0; i < k && i < static_cast<int>(near.size()); ++i) {
    count += static_cast<int>(found.count(near[static_cast<std::size_t>(i)].second));
  }
  return count;
}

/// The same by links, which counts tell of, and as a search would have it: the fewer.
int hits(GraphIndex* index, const float* x, const float* query, const RowsOf& set, int k,
         GraphCounts* counts = nullptr) {
  return std::min(hits_by(walked(set), index, x, query, set, k, counts),
                  hits_by(set.bits.filter(), index, x, query, set, k, nullptr));
}

TEST_CASE("the nearest rows of a set are found, wherever they lie, in few nodes") {
  constexpr int kRows = 6000;
  constexpr int kQueries = 20;
  const std::vector<float> x = graph_rows(kRows, kDims);
  // Rows of the same cluster have the same number modulo 20; queries are near cluster 0.
  const std::pair<const char*, RowsOf> sets[] = {
      {"all", RowsOf(kRows, [](int) { return true; })},
      {"half, anywhere", RowsOf(kRows, [](int i) { return i * 2654435761u >> 31 != 0; })},
      {"a tenth, anywhere", RowsOf(kRows, [](int i) { return i * 2654435761u % 1000 < 100; })},
      {"a twentieth, anywhere", RowsOf(kRows, [](int i) { return i * 2654435761u % 1000 < 50; })},
      {"the queries' cluster", RowsOf(kRows, [](int i) { return i % 20 == 0; })},
      {"another cluster", RowsOf(kRows, [](int i) { return i % 20 == 7; })},
      {"all but the queries' cluster", RowsOf(kRows, [](int i) { return i % 20 != 0; })},
      {"a tenth of other clusters",
       RowsOf(kRows, [](int i) { return i % 20 > 10 && i / 20 % 10 == 0; })}};
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    GraphIndex index(metric, kDims, x);
    load_rows(&index);
    for (const auto& named : sets) {
      const std::string name = named.first;  // a macro of doctest's cannot take a binding
      const auto& set = named.second;
      CAPTURE(static_cast<int>(metric));
      CAPTURE(name);
      int found = 0;
      GraphCounts counts{};
      for (int q = 0; q < kQueries; ++q) {
        found += hits(&index, x.data(), index.vector(q * 20), set, 10, &counts);
      }
      CHECK(found >= kQueries * 10 * 0.95);
      CHECK(!counts.stopped);
      CHECK(counts.nodes < kQueries * kRows / 4);
    }
  }
}

TEST_CASE("of rows of equal vectors, those of the set are found") {
  std::vector<float> x = graph_rows(2000, kDims);
  for (int i = 100; i < 400; ++i) {
    std::copy_n(x.begin(), kDims, x.begin() + i * kDims);
  }
  GraphIndex index(Metric::kL2, kDims, x);
  load_rows(&index);
  for (const int only : {0, 100, 250, 399}) {
    CAPTURE(only);
    const RowsOf set(2000, [only](int i) { return i == only || i % 50 == 1; });
    CHECK(hits(&index, x.data(), index.vector(0), set, 1) == 1);
  }
  // By the rows of nodes alone, one with duplicates may be of any set.
  const RowsOf none(2000, [](int) { return false; });
  std::uint32_t maybe = 0;
  for (NodeId node = 0; node < index.model.rows.end; ++node) {
    maybe += matching_nodes(index.model.rows, none.bits.filter(), &node, 1);
  }
  CHECK(maybe == 300);
}

TEST_CASE(
    "rows of a set are found in both graphs and among pending rows, unless they were removed") {
  constexpr int kOld = 2000;
  constexpr int kDeltaEnd = 2600;
  constexpr int kAll = 2700;
  const std::vector<float> all = graph_rows(kAll, kDims);
  GraphIndex index(Metric::kL2, kDims, {all.begin(), all.begin() + kOld * kDims});
  for (int i = kOld; i < kDeltaEnd; ++i) {
    index.insert(i, all.data() + i * kDims);
  }
  REQUIRE(index.rebuild_part(Rebuilt::kDelta).ok());
  for (int i = kDeltaEnd; i < kAll; ++i) {
    index.insert(i, all.data() + i * kDims);
  }
  const auto is_removed = [](void*, RowId row) { return GraphIndex::number(row) % 9 == 0; };
  RemovedRows rows{is_removed, nullptr, 0, 0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
  }
  CHECK(index.wrong() == nullptr);
  load_rows(&index);
  const RowsOf third(kAll, [](int i) { return i % 3 == 0 && i % 9 != 0; });
  const RowsOf old(kAll, [](int i) { return i % 6 == 2 && i % 9 != 0 && i < kOld; });
  const RowsOf delta(kAll, [](int i) { return i % 2 == 0 && i % 9 != 0 && i >= kOld; });
  for (const RowsOf* set : {&third, &old, &delta}) {
    int found = 0;
    for (int i = 0; i < kAll; i += 45) {
      found += hits(&index, all.data(), &all[i * kDims], *set, 10);
    }
    CHECK(found >= kAll / 45 * 10 * 0.95);
  }
  // Rows of the set that are in the index no more are not found.
  const RowsOf dead(kAll, [](int i) { return i % 9 == 0; });
  CHECK(index.find(index.vector(0), kEf, dead.bits.filter()).empty());
}

TEST_CASE("where the nodes of a set are read, none of its nearest rows is missed") {
  constexpr int kOld = 3000;
  constexpr int kDeltaEnd = 3600;
  constexpr int kAll = 3700;
  std::vector<float> x = graph_rows(kAll, kDims);
  for (int i = 100; i < 400; ++i) {
    std::copy_n(x.begin(), kDims, x.begin() + i * kDims);
  }
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, kDims, {x.begin(), x.begin() + kOld * kDims});
    add_rows(&index, x.data(), kOld, kDeltaEnd, kAll);
    forget_codes(&index);
    const RowsOf set(kAll, [](int i) { return i % 20 == 3 || i % 300 == 100; });
    for (int q = 0; q < kAll; q += 70) {
      GraphCounts counts{};
      const float* query = x.data() + q * kDims;
      CHECK(hits_by(set.bits.filter(), &index, x.data(), query, set, 30, &counts) == 30);
      // A walk begins where the set might lie near.
      CHECK(counts.nodes < 50);
    }
  }
}

TEST_CASE("where the codes of a set's nodes are looked at, few of its nearest rows are missed") {
  constexpr int kOld = 3000;
  constexpr int kDeltaEnd = 3600;
  constexpr int kAll = 3700;
  constexpr int kNear = 10;
  std::vector<float> x = graph_rows(kAll, kDims);
  for (int i = 100; i < 400; ++i) {
    std::copy_n(x.begin(), kDims, x.begin() + i * kDims);
  }
  // Made at once, and in shards.
  const std::pair<Metric, std::size_t> kinds[] = {
      {Metric::kL2, 0}, {Metric::kInnerProduct, 0}, {Metric::kCosine, 0}, {Metric::kL2, 1}};
  for (const auto& kind : kinds) {
    const Metric metric = kind.first;
    const std::size_t memory = kind.second;
    CAPTURE(static_cast<int>(metric));
    CAPTURE(memory);
    GraphIndex index(metric, kDims, {x.begin(), x.begin() + kOld * kDims}, 16, memory);
    REQUIRE(index.status.ok());
    add_rows(&index, x.data(), kOld, kDeltaEnd, kAll);
    const RowsOf set(kAll, [](int i) { return i % 20 > 9 || i % 300 == 100; });
    const auto search = [&](const float* query, GraphCounts* counts) {
      return hits_by(set.bits.filter(), &index, x.data(), query, set, kNear, counts, kNear);
    };
    std::vector<int> found;
    int all = 0;
    // Far from the set.
    for (int q = 0; q < kAll; q += 60) {
      GraphCounts counts{};
      found.push_back(search(x.data() + q * kDims, &counts));
      all += found.back();
      // A walk begins where the set might lie near; then each code once, some rerank vectors.
      CHECK(counts.nodes < 50);
      CHECK(counts.scored < set.bits.count() * 3 / 2 + counts.nodes * index.model.meta.degree);
    }
    CHECK(all >= static_cast<int>(found.size()) * kNear * 0.97);
    // Where pages of nodes are not in order their numbers are looked at.
    for (const Part part : kParts) {
      index.model.codes[part].records = nullptr;
      for (std::int32_t i = 0; i < index.model.codes[part].blocks; ++i) {
        const_cast<NodeId&>(index.model.codes[part].first[i]) = kNoNode;
      }
    }
    for (int q = 0, i = 0; q < kAll; q += 60, ++i) {
      GraphCounts counts{};
      CHECK(search(x.data() + q * kDims, &counts) == found[static_cast<std::size_t>(i)]);
    }
  }
}

TEST_CASE("codes that are kept with a set leave the same nodes in question, and no page is read") {
  constexpr int kRows = 1500;
  constexpr int kOld = 1300;
  constexpr int kNear = 10;
  const std::vector<float> x = graph_rows(kRows, kDims);
  GraphIndex index(Metric::kL2, kDims, {x.begin(), x.begin() + kOld * kDims});
  add_rows(&index, x.data(), kOld, kRows, kRows);
  for (const int every : {1, 3, 50}) {
    CAPTURE(every);
    const RowsOf set(kRows, [&](int i) { return i % every == 0; });
    // There is no room for rerank vectors.
    const auto rows = static_cast<std::size_t>(set.bits.count());
    SetMemory memory{index.arena, KeptCodes::bytes_for(index.model, rows), nullptr, false};
    GraphQuery query;
    REQUIRE(prepare_search(index.model, index.vector(7), index.arena, &query));
    GraphLimits limits{kNear, kNear, set.bits.filter()};
    limits.filter.memory = &memory;
    std::vector<std::pair<float, NodeId>> left[2];
    for (const bool is_kept : {false, true}) {
      Candidates found(index.arena);
      GraphCounts counts{};
      SetNodes set_nodes(index.model, limits.filter, index.arena);
      REQUIRE((set_nodes.kept_codes() != nullptr) == is_kept);
      REQUIRE((is_kept || set_nodes.find()));
      RerankQueue near(index.arena);
      REQUIRE(near.reset(kNear, 0.1F));
      const GraphSearch search{.model = index.model,
                               .query = query,
                               .limits = limits,
                               .frontier = nullptr,
                               .found = &found,
                               .counts = &counts,
                               .set_nodes = &set_nodes,
                               .within = {}};
      REQUIRE(scan_codes(index.store, search, &near).ok());
      CHECK(counts.scored == set.bits.count());
      CHECK((counts.pages == 0) == is_kept);
      near.prepare();
      for (QueuedNode node; near.pop(&node);) {
        left[is_kept].emplace_back(node.estimate, node.node);
      }
      std::sort(left[is_kept].begin(), left[is_kept].end());
    }
    CHECK(left[0] == left[1]);
    CHECK(left[0].size() >= static_cast<std::size_t>(kNear));
  }
}

TEST_CASE("rerank vectors that are kept with a set give its nearest rows, and no node is read") {
  constexpr int kRows = 1500;
  constexpr int kOld = 1300;
  constexpr int kNear = 10;
  constexpr int kPendingPages = 1;
  const std::vector<float> x = graph_rows(kRows, kDims);
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, kDims, {x.begin(), x.begin() + kOld * kDims});
    add_rows(&index, x.data(), kOld, kRows, kRows);
    RemovedRows removed{[](void*, RowId row) { return GraphIndex::number(row) % 35 == 0; }, nullptr,
                        0, 0};
    for (PageId page = 1; page < index.store.size(); ++page) {
      REQUIRE(remove_graph_rows(index.store, index.model, page, &removed).ok());
    }
    const RowsOf set(kRows, [](int i) { return i % 7 == 0 && i % 35 != 0; });
    const RowsOf with_removed(kRows, [](int i) { return i % 7 == 0; });
    SetMemory memory{index.arena, SIZE_MAX, nullptr, false};
    RowFilter filter = with_removed.bits.filter();
    filter.memory = &memory;
    for (int q = 0; q < 60; ++q) {
      GraphCounts counts{};
      CHECK(hits_by(filter, &index, x.data(), index.vector(q * 20), set, kNear, &counts, kNear) ==
            kNear);
      CHECK((counts.pages <= kPendingPages) == (q > 0));
      CHECK(counts.scored == (q > 0 ? set.bits.count() : with_removed.bits.count()));
    }
  }
}

TEST_CASE("a search keeps nothing of a set that there is no room for") {
  constexpr int kRows = 1500;
  GraphIndex index(Metric::kL2, kDims, graph_rows(kRows, kDims));
  load_rows(&index);
  const RowsOf set(kRows, [](int) { return true; });
  SetMemory memory{index.arena, 1000, nullptr, false};
  RowFilter filter = set.bits.filter();
  filter.memory = &memory;
  const SetNodes set_nodes(index.model, filter, index.arena);
  CHECK(!set_nodes.is_to_keep_codes());
  CHECK(!set_nodes.is_to_keep_vectors());
  CHECK(memory.is_declined);
}

TEST_CASE("looking at codes one by one or by blocks leaves the nearest nodes in question") {
  constexpr int kRows = 1500;
  constexpr int kOld = 1300;
  constexpr int kNear = 10;
  for (const int dims : {4, 24, 60, 200}) {
    CAPTURE(dims);
    const auto floats = static_cast<std::size_t>(dims);
    const std::vector<float> x = graph_rows(kRows, dims);
    GraphIndex index(Metric::kL2, dims, {x.begin(), x.begin() + kOld * dims});
    add_rows(&index, x.data(), kOld, kRows, kRows);
    REQUIRE(index.model.has_records());
    for (const int every : {1, 3, 50, 700}) {
      CAPTURE(every);
      const RowsOf set(kRows, [&](int i) { return i % every == 0; });
      GraphQuery query;
      REQUIRE(prepare_search(index.model, index.vector(7), index.arena, &query));
      const GraphLimits limits{kNear, kNear, set.bits.filter()};
      Candidates found(index.arena);
      GraphCounts counts[2] = {};
      SetNodes set_nodes(index.model, limits.filter, index.arena);
      REQUIRE(set_nodes.find());
      std::vector<QueuedNode> left[2];
      for (const bool is_gathered : {false, true}) {
        RerankQueue near(index.arena);
        REQUIRE(near.reset(kNear, 0.1F));
        const GraphSearch search{.model = index.model,
                                 .query = query,
                                 .limits = limits,
                                 .frontier = nullptr,
                                 .found = &found,
                                 .counts = &counts[is_gathered],
                                 .set_nodes = &set_nodes,
                                 .within = {}};
        for (const Part part : kParts) {
          REQUIRE((is_gathered ? gather_part(index.store, search, part, &near)
                               : scan_codes_of_part(index.store, search, part, &near))
                      .ok());
        }
        near.prepare();
        for (QueuedNode node; near.pop(&node);) {
          left[is_gathered].push_back(node);
        }
      }
      CHECK(counts[0].scored == static_cast<std::int64_t>(set_nodes.count()));
      CHECK(counts[1].scored == counts[0].scored);
      // Codes of blocks are relative to other points, and their bounds differ.
      std::vector<std::pair<double, RowId>> nearest;
      for (int i = 0; i < kRows; i += every) {
        const float* row = &x[static_cast<std::size_t>(i) * floats];
        nearest.emplace_back(
            vector_distance(Element::kFloat, Metric::kL2)(&x[7 * floats], row, dims),
            GraphIndex::row(i));
      }
      const std::size_t wanted = std::min<std::size_t>(kNear, nearest.size());
      std::sort(nearest.begin(), nearest.end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const std::vector<QueuedNode>& nodes : left) {
        const auto has = [&](RowId row) {
          return std::any_of(nodes.begin(), nodes.end(), [&](const QueuedNode& node) {
            return index.model.rows.of(node.node) == row;
          });
        };
        std::size_t count = 0;
        for (std::size_t i = 0; i < wanted; ++i) {
          count += has(nearest[i].second) ? 1 : 0;
        }
        CHECK(count + 1 >= wanted);
      }
    }
  }
}

TEST_CASE("nodes are taken in the order of their bounds, as far as they may be near") {
  TestArena arena;
  RerankQueue near(arena);
  REQUIRE(near.reset(2, 0.5F));
  CHECK(std::isinf(near.limit()));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  REQUIRE(near.add(1, 3, 4));                    // at most 5
  REQUIRE(near.add(2, -kInfinity, -kInfinity));  // says nothing
  REQUIRE(near.add(3, 5.25F, 6));                // at most 6.75
  REQUIRE(near.add(4, 1, 2));                    // at most 3
  REQUIRE(near.add(5, 5.75F, 6));
  CHECK(near.limit() == 5.5F);
  near.prepare();
  std::vector<NodeId> taken;
  for (QueuedNode node; near.pop(&node);) {
    taken.push_back(node.node);
  }
  CHECK(taken == std::vector<NodeId>{2, 4, 1, 3});
}

TEST_CASE("a walk for a set that turns out to be long gives way to a reading of its nodes") {
  constexpr int kRows = 6000;
  constexpr int kNear = 10;
  const std::vector<float> x = graph_rows(kRows, kDims);
  GraphIndex index(Metric::kL2, kDims, x);
  load_rows(&index);
  forget_codes(&index);
  // By its share a walk is the shorter way, but none of its rows are near.
  const RowsOf far(kRows, [](int i) { return i % 20 > 8; });
  int found = 0;
  int walked_to = 0;
  int given_up = 0;
  for (int q = 0; q < 60; ++q) {
    GraphCounts walk{};
    GraphCounts counts{};
    const float* query = index.vector(q * 20);
    walked_to += hits_by(walked(far), &index, x.data(), query, far, kNear, &walk, kNear);
    found += hits_by(far.bits.filter(), &index, x.data(), query, far, kNear, &counts, kNear);
    CHECK(counts.nodes <= walk.nodes);
    given_up += counts.nodes > 0 && counts.nodes < walk.nodes ? 1 : 0;
  }
  CHECK(found >= walked_to);
  CHECK(found >= 60 * kNear * 0.9);
  CHECK(given_up > 0);
}

TEST_CASE("a search for a set ends where it has cost what it may, and says so") {
  const std::vector<float> x = graph_rows(4000, kDims);
  GraphIndex index(Metric::kL2, kDims, x);
  load_rows(&index);
  const RowsOf tenth(4000, [](int i) { return i * 2654435761u % 1000 < 100; });
  GraphQuery query;
  REQUIRE(prepare_search(index.model, index.vector(3), index.arena, &query));
  const auto search = [&](std::int64_t most_nodes) {
    Candidates found(index.arena);
    GraphCounts counts{};
    const GraphLimits limits{kEf, kEf, walked(tenth), most_nodes};
    REQUIRE(
        search_graph(index.store, index.model, query, limits, &index.work, &found, &counts).ok());
    return counts;
  };
  const GraphCounts free = search(INT64_MAX);
  CHECK(!free.stopped);
  const GraphCounts half = search(free.nodes / 2);
  CHECK(half.stopped);
  CHECK(half.nodes == free.nodes / 2);
  CHECK(!search(free.nodes + 1).stopped);
}

TEST_CASE("a set of few rows, or of none, is searched to its end") {
  const std::vector<float> x = graph_rows(3000, kDims);
  GraphIndex index(Metric::kL2, kDims, x);
  load_rows(&index);
  const RowsOf few(3000, [](int i) { return i % 500 == 7; });
  const RowsOf none(3000, [](int) { return false; });
  GraphCounts counts{};
  CHECK(hits(&index, x.data(), index.vector(1), few, 6, &counts) == 6);
  CHECK(hits(&index, x.data(), index.vector(1), none, 1, &counts) == 0);
  CHECK(!counts.stopped);
}

TEST_CASE("without rows of nodes a set says which rows count") {
  const std::vector<float> x = graph_rows(2000, kDims);
  GraphIndex index(Metric::kL2, kDims, x);
  const RowsOf half(2000, [](int i) { return i % 2 == 0; });
  CHECK(hits(&index, x.data(), index.vector(3), half, 10) >= 9);
}

TEST_CASE("rows beside codes that do not agree with the nodes are found out") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(500, kDims));
  const PageId page = index.model.meta.parts[kMain].rows;
  const auto block = node_block(index.store.bytes(page), index.model.code_bytes(), 3);
  REQUIRE(index.wrong() == nullptr);
  ++block.rows()[2].page;
  CHECK(index.wrong() != nullptr);
  --block.rows()[2].page;
  REQUIRE(index.wrong() == nullptr);
  ++block.nodes()[2];
  CHECK(index.wrong() != nullptr);
  block.nodes()[2] = 100000;
  CHECK(index.wrong() != nullptr);
}

TEST_CASE("a damaged graph ends a search for a set with an error or an answer") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(400, kDims));
  const RowsOf half(400, [](int i) { return i % 2 == 0; });
  const auto page_of = [&](int round, std::mt19937& random) {
    // Every second time the page of rows of nodes.
    return round % 2 == 0 ? index.model.meta.parts[kMain].rows
                          : static_cast<PageId>(random() % index.store.size());
  };
  const int refused =
      refused_damage(&index, 5, page_of, [&](int round, GraphModel* model, Arena arena) {
        const Status loaded = load_node_rows(index.store, arena, model);
        GraphQuery query;
        REQUIRE(prepare_search(*model, index.vector(round % 400), arena, &query));
        Candidates found(arena);
        Frontier work(arena);
        GraphCounts counts{};
        const GraphLimits limits{20, 20, round % 4 < 2 ? half.bits.filter() : walked(half)};
        const Status searched =
            search_graph(index.store, *model, query, limits, &work, &found, &counts);
        return loaded.ok() ? searched : loaded;
      });
  CHECK(refused > 0);
}

TEST_CASE("a model whose rows of nodes do not fit in memory is as before") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(400, kDims));
  Status loaded{.code = StatusCode::kOutOfMemory};
  int chunks = 0;
  for (; loaded.code == StatusCode::kOutOfMemory; ++chunks) {
    TestArena arena;
    arena.fail_after(chunks);
    GraphModel model = index.model;
    loaded = load_node_rows(index.store, arena, &model);
    CHECK((model.rows.row != nullptr) == loaded.ok());
    CHECK(model.by_row.is_known() == loaded.ok());
    CHECK((model.codes[kMain].blocks > 0) == loaded.ok());
  }
  CHECK(loaded.ok());
  CHECK(chunks > 3);
}

TEST_CASE("the nearest scores are kept in order") {
  TestArena arena;
  NearestScores scores;
  REQUIRE(scores.reset(3, arena));
  for (const float score : {5.0F, -1.0F, 7.0F, 2.0F, 2.0F, 9.0F}) {
    scores.add(score);
  }
  REQUIRE(scores.count() == 3);
  CHECK(scores[0] == -1);
  CHECK(scores[1] == 2);
  CHECK(scores[2] == 2);
  REQUIRE(scores.reset(3, arena));
  CHECK(scores.count() == 0);
}

}  // namespace
}  // namespace vecext::test::set_search_test
