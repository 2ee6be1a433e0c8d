// A graph constructed for a test, after checks of what holds for all.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "cluster/counted_arena.h"
#include "graph/construct_options.h"

namespace vecext::test {

struct CheckedGraph {
  std::vector<float> x;
  std::size_t dims;
  CountedArena result;
  Graph graph{};
  std::vector<bool> first;  // a node: not a duplicate of an earlier one

  const float* vector(std::uint32_t node) const { return x.data() + graph.row[node] * dims; }
  const std::uint32_t* list(std::uint32_t node) const {
    return graph.neighbors + node * static_cast<std::size_t>(graph.degree);
  }

  CheckedGraph(std::vector<float> rows, std::size_t width, const ConstructOptions& options)
      : x(std::move(rows)), dims(width), first(x.size() / width, true) {
    const std::size_t n = first.size();
    const auto columns = static_cast<std::int32_t>(dims);
    CountedArena scratch;
    const Status status =
        construct(x.data(), n, columns, options, result.arena(), scratch.arena(), &graph);
    REQUIRE(status.ok());
    CHECK(result.bytes() + scratch.bytes() <=
          construct_memory(n, columns, options.degree, options.parallel.threads));
    REQUIRE(graph.nodes == n);
    REQUIRE(graph.degree == options.degree);
    check_rows();
    check_lists();
    check_reached();
  }

 private:
  /// Every row is one node's; equal rows, and only they, are duplicates.
  void check_rows() {
    std::map<std::vector<float>, std::uint32_t> last;
    std::set<std::uint32_t> rows;
    std::size_t wrong = 0;
    for (std::uint32_t i = 0; i < graph.nodes; ++i) {
      rows.insert(graph.row[i]);
      std::vector<float> key(vector(i), vector(i) + dims);
      for (float& value : key) {
        value += 0.0F;  // -0
      }
      const auto [found, added] = last.try_emplace(key, i);
      first[i] = added;
      if (!added) {
        wrong += graph.duplicate[found->second] != i || found->second + 1 != i;
      }
      found->second = i;
    }
    for (const auto& [key, i] : last) {
      wrong += graph.duplicate[i] != kNoNode;
    }
    CHECK(wrong == 0);
    CHECK(rows.size() == graph.nodes);
    CHECK((rows.empty() || *rows.rbegin() + 1 == graph.nodes));
  }

  /// A list has other first nodes, each once, as many as there are up to the degree.
  void check_lists() {
    const auto distinct = static_cast<std::size_t>(std::count(first.begin(), first.end(), true));
    const std::size_t full = std::min(distinct - 1, static_cast<std::size_t>(graph.degree));
    std::size_t wrong = 0;
    for (std::uint32_t i = 0; i < graph.nodes; ++i) {
      std::set<std::uint32_t> links(list(i), list(i) + graph.degree);
      links.erase(kNoNode);
      const auto empty =
          static_cast<std::size_t>(std::count(list(i), list(i) + graph.degree, kNoNode));
      wrong += links.size() + empty != static_cast<std::size_t>(graph.degree);
      wrong += links.size() != (first[i] ? full : 0);
      wrong += links.count(i);
      for (std::uint32_t link : links) {
        wrong += link >= graph.nodes || !first[link];
      }
    }
    CHECK(wrong == 0);
  }

  void check_reached() {
    std::vector<bool> reached(graph.nodes);
    std::vector<std::uint32_t> queue;
    const auto reach = [&](std::uint32_t node) {
      if (node == kNoNode || reached[node]) {
        return;
      }
      reached[node] = true;
      queue.push_back(node);
    };
    CHECK((graph.entry_count >= 1 || graph.nodes == 0));
    CHECK(graph.entry_count <= kMaxEntries);
    const std::set<std::uint32_t> entries(graph.entries, graph.entries + graph.entry_count);
    CHECK(entries.size() == static_cast<std::size_t>(graph.entry_count));
    for (std::uint32_t entry : entries) {
      REQUIRE(entry < graph.nodes);
      reach(entry);
    }
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (std::int32_t j = 0; j < graph.degree; ++j) {
        reach(list(queue[i])[j]);
      }
    }
    CHECK(reached == first);
  }
};

}  // namespace vecext::test
