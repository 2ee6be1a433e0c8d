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

namespace vecext::frontier_test {
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
      frontier->push(node, value, 0);
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
      frontier.push(static_cast<NodeId>(i), static_cast<float>(kMany - i), 0);
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
  frontier.push(1, std::numeric_limits<float>::quiet_NaN(), 0);
  frontier.push(2, kInfinity, 0);
  frontier.push(3, 1e30F, 0);
  frontier.push(4, -kInfinity, 0);
  for (const NodeId want : {4, 3, 1, 2}) {
    REQUIRE(frontier.next(&next));
    CHECK(next.node == want);
    // One that was visited is left alone, whatever is said of it.
    frontier.push(want, -kInfinity, 0);
  }
  CHECK(!frontier.next(&next));
}

TEST_CASE("estimates by much nearer nodes replace those by farther ones") {
  TestArena memory;
  Frontier frontier(memory);
  REQUIRE(frontier.reset());
  REQUIRE(frontier.reserve(8));
  const Magnitude near = magnitude_of(0.01F);
  const Magnitude far = magnitude_of(100.0F);
  REQUIRE(near < far);
  REQUIRE(far < kRough);
  const auto check_next = [&](NodeId node, float estimate) {
    QueuedNode next;
    REQUIRE(frontier.next(&next));
    CHECK(next.node == node);
    CHECK(next.estimate == doctest::Approx(estimate));
  };
  frontier.push(1, 50, kRough);
  frontier.push(1, 90, far);  // for 50
  frontier.push(1, 70, far);  // the mean is 80
  frontier.push(2, 60, far);
  frontier.push(2, 3, near);  // for 60
  frontier.push(2, 40, far);  // does not count
  frontier.push(2, 5, near);  // the mean is 4
  check_next(2, 4);
  frontier.push(2, 1, 0);  // was visited
  check_next(1, 80);
  frontier.push(3, 1e6F, far);
  frontier.push(3, 0.01F, near);  // for one beside which it is nothing
  frontier.push(4, -kInfinity, kRough);
  frontier.push(4, 5, far);
  check_next(3, 0.01F);
  check_next(4, 5);
  QueuedNode none;
  CHECK(!frontier.next(&none));
}

TEST_CASE("orders of magnitude") {
  CHECK(magnitude_of(0.3F) == magnitude_of(1.5F));
  CHECK(magnitude_of(1) + 1 == magnitude_of(16));
  CHECK(magnitude_of(1) - 1 == magnitude_of(1.0F / 16));
  CHECK(magnitude_of(0) == 0);
  CHECK(magnitude_of(-1) == 0);
  CHECK(magnitude_of(std::numeric_limits<float>::max()) < kRough);
}

}  // namespace
}  // namespace vecext::frontier_test
