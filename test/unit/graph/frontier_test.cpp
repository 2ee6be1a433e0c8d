// What a search keeps of nodes, against a map of plain means.
#include "core/graph/search/frontier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "kernel/all_kernels.h"
#include "memory_store.h"

namespace vecext {
namespace {

using test::TestArena;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Mean {
  double sum = 0;
  int count = 0;

  double value() const { return sum / count; }
};

/// Sights some of 5,000 nodes and visits one, in turn: always the one with the least mean.
void check_order(Frontier* frontier, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> estimate(-10, 10);
  std::map<NodeId, Mean> waiting;
  std::set<NodeId> visited;
  for (int turn = 0; turn < 3000; ++turn) {
    REQUIRE(frontier->reserve(8));
    for (int i = 0; i < 8; ++i) {
      const auto node = static_cast<NodeId>(random() % 5000 * 977);
      const float value = estimate(random);
      frontier->push(node, value);
      if (!visited.contains(node)) {
        waiting[node].sum += static_cast<double>(value);
        ++waiting[node].count;
      }
    }
    QueuedNode next;
    REQUIRE(frontier->next(&next));
    REQUIRE(waiting.contains(next.node));
    CHECK(std::abs(static_cast<double>(next.estimate) - waiting[next.node].value()) < 1e-4);
    const auto least = std::min_element(
        waiting.begin(), waiting.end(),
        [](const auto& x, const auto& y) { return x.second.value() < y.second.value(); });
    CHECK(static_cast<double>(next.estimate) < least->second.value() + 1e-4);
    waiting.erase(next.node);
    visited.insert(next.node);
  }
}

TEST_CASE("nodes come by the means of their estimates, each once") {
  test::for_all_kernels([] {
    TestArena arena;
    Frontier frontier(arena);
    // The second time nothing is left of the first.
    for (const std::uint32_t seed : {1u, 2u}) {
      REQUIRE(frontier.reset());
      check_order(&frontier, seed);
    }
  });
}

TEST_CASE("a search after one far and wide, and one more of those, keep their order") {
  TestArena arena;
  Frontier frontier(arena);
  constexpr int kMany = 200000;
  for (int round = 0; round < 2; ++round) {
    REQUIRE(frontier.reset());
    REQUIRE(frontier.reserve(kMany));
    for (int i = 0; i < kMany; ++i) {
      frontier.push(static_cast<NodeId>(i), static_cast<float>(kMany - i));
    }
    QueuedNode next;
    REQUIRE(frontier.next(&next));
    CHECK(next.node == kMany - 1);
    // The first of the two still finds all that room, the second has less.
    for (const std::uint32_t seed : {1u, 2u}) {
      REQUIRE(frontier.reset());
      check_order(&frontier, seed);
    }
    REQUIRE(frontier.reset());
    CHECK(!frontier.next(&next));
  }
}

TEST_CASE("estimates that are no numbers wait behind the others") {
  TestArena arena;
  Frontier frontier(arena);
  QueuedNode next;
  REQUIRE(frontier.reset());
  CHECK(!frontier.next(&next));
  REQUIRE(frontier.reserve(4));
  frontier.push(1, std::numeric_limits<float>::quiet_NaN());
  frontier.push(2, kInfinity);
  frontier.push(3, 1e30F);
  frontier.push(4, -kInfinity);
  for (const NodeId want : {4, 3, 1, 2}) {
    REQUIRE(frontier.next(&next));
    CHECK(next.node == want);
    // One that was visited is left alone, whatever is said of it.
    frontier.push(want, -kInfinity);
  }
  CHECK(!frontier.next(&next));
}

}  // namespace
}  // namespace vecext
