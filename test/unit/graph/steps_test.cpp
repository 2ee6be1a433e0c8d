// Steps of a construction by themselves: pruning, leaves, duplicates.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/mixture.h"
#include "core/graph/construct/partition.h"
#include "core/graph/construct/prune.h"
#include "core/graph/construct/duplicates.h"

namespace vecext::graph::steps_test {
namespace {

constexpr ParallelOptions kOneThread{.threads = 1, .stop = nullptr, .stop_context = nullptr};

std::vector<std::uint32_t> numbers(std::size_t n) {
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

/// Nodes kept of all others of node 0, then the others, as pruned.
std::vector<std::uint32_t> prune(const std::vector<float>& x, std::int32_t dims,
                                 std::int32_t degree, float alpha, std::int32_t* kept) {
  const auto n = static_cast<std::uint32_t>(x.size() / static_cast<std::size_t>(dims));
  const std::vector<std::uint32_t> row = numbers(n);
  const Vectors vectors{x.data(), row.data(), n, dims};
  test::CountedArena memory;
  Pruning pruning(vectors, degree, alpha);
  REQUIRE(pruning.reserve(memory.arena(), 1));
  std::vector<Key> keys;
  for (std::uint32_t i = n - 1; i > 0; --i) {
    keys.push_back(key_of(vectors.distance(vectors[0], i), i));
  }
  *kept = pruning.prune(keys.data(), static_cast<std::int32_t>(keys.size()), 0);
  std::vector<std::uint32_t> nodes;
  for (Key key : keys) {
    nodes.push_back(node_of(key));
  }
  return nodes;
}

TEST_CASE("prune: on a line, the next to either side") {
  std::int32_t kept = 0;
  const auto nodes = prune({0, 1, 2, 3, -1.5F, -4}, 1, 8, 1, &kept);
  CHECK(kept == 2);
  CHECK(nodes == std::vector<std::uint32_t>{1, 4, 2, 3, 5});
}

TEST_CASE("prune: alpha keeps what is occluded by little") {
  // Node 2 is 2 from node 0 and 1.9 from node 1.
  const std::vector<float> x{0, 0, 1, 0, .695F, 1.8753F};
  std::int32_t kept = 0;
  prune(x, 2, 8, 1, &kept);
  CHECK(kept == 1);
  prune(x, 2, 8, 1.1F, &kept);
  CHECK(kept == 2);
}

TEST_CASE("prune: no more than the degree, ties by number") {
  const std::vector<float> x{0, 0, 1, 0, -1, 0, 0, 1, 0, -1};
  std::int32_t kept = 0;
  CHECK(prune(x, 2, 3, 1, &kept) == std::vector<std::uint32_t>{1, 2, 3, 4});
  CHECK(kept == 3);
  prune(x, 2, 4, 1, &kept);
  CHECK(kept == 4);
}

/// Leaves of one replica, after checks of what always holds.
std::vector<std::vector<std::uint32_t>> partition(const std::vector<float>& x, std::size_t dims) {
  const std::size_t n = x.size() / dims;
  const std::vector<std::uint32_t> row = numbers(n);
  test::CountedArena memory;
  const auto scratch = std::make_unique<KnnScratch>();
  Leaves leaves{};
  REQUIRE(leaves.reserve(memory.arena(), n, 1));
  Partition partition({x.data(), row.data(), n}, static_cast<std::int32_t>(dims), kOneThread);
  REQUIRE(partition.reserve(memory.arena()));
  REQUIRE(partition.append(1, scratch.get(), &leaves).ok());

  std::vector<std::vector<std::uint32_t>> all;
  std::vector<std::int32_t> visits(n);
  for (std::size_t l = 0; l < leaves.count; ++l) {
    all.emplace_back(leaves.members + leaves.begin(l), leaves.members + leaves.end[l]);
    CHECK(!all.back().empty());
    CHECK(all.back().size() <= kLeafRows);
    CHECK(std::set<std::uint32_t>(all.back().begin(), all.back().end()).size() ==
          all.back().size());
    for (std::uint32_t member : all.back()) {
      ++visits[member];
    }
  }
  CHECK(std::all_of(visits.begin(), visits.end(),
                    [](std::int32_t count) { return count >= 1 && count <= kOverlap; }));
  return all;
}

TEST_CASE("partition: every row in its nearest leaders' leaves") {
  const test::Mixture mixture = test::make_mixture(20000, 8, 30, 4);
  const auto leaves = partition(mixture.rows, 8);
  std::size_t members = 0;
  for (const auto& leaf : leaves) {
    members += leaf.size();
  }
  CHECK(members == 20000 * kOverlap);
  CHECK(leaves.size() < 20000 * kOverlap / 300);
}

TEST_CASE("partition: a cell that leaders cannot divide is cut") {
  // Most rows differ by less than a product can tell apart.
  std::vector<float> x(9000);
  for (std::size_t i = 0; i < 9000; ++i) {
    x[i] = 1e6F + static_cast<float>(i % 16) / 16;
  }
  for (std::size_t i = 0; i < 30; ++i) {
    x[i * 300] = -1e7F * static_cast<float>(i);
  }
  partition(x, 1);
}

TEST_CASE("partition: rows of infinite squares, or not a number") {
  std::vector<float> x(3000, 3e30F);
  for (std::size_t i = 0; i < 3000; i += 3) {
    x[i] = static_cast<float>(i);
  }
  x[1] = std::numeric_limits<float>::quiet_NaN();
  partition(x, 1);
}

TEST_CASE("duplicates: the first of equal rows") {
  const std::vector<float> x{1, 2, 0, 1, 1, 2, -0.0F, 1, 3, 3, 1, 2};
  std::vector<std::uint32_t> first(6);
  std::vector<std::uint32_t> distinct(6);
  std::uint32_t count = 0;
  test::CountedArena memory;
  Duplicates duplicates;
  REQUIRE(duplicates.reserve(memory.arena(), 6));
  REQUIRE(duplicates.find(x.data(), 6, 2, false, kOneThread, first.data(), distinct.data(), &count)
              .ok());
  CHECK(first == std::vector<std::uint32_t>{0, 1, 0, 1, 4, 0});
  REQUIRE(count == 3);
  distinct.resize(3);
  CHECK(distinct == std::vector<std::uint32_t>{0, 1, 4});
}

TEST_CASE("duplicates: directions that differ by rounding") {
  const std::vector<float> x{.6F, -.8F, .60000006F, -.79999995F, .6001F, -.7999F, -.6F, .8F};
  for (const bool of_directions : {false, true}) {
    CAPTURE(of_directions);
    const RowRounding rounding(of_directions, 2);
    CHECK((hash_of_row(x.data(), 2, rounding) == hash_of_row(x.data() + 2, 2, rounding)) ==
          of_directions);
    std::vector<std::uint32_t> first(4);
    std::vector<std::uint32_t> distinct(4);
    std::uint32_t count = 0;
    test::CountedArena memory;
    Duplicates duplicates;
    REQUIRE(duplicates.reserve(memory.arena(), 4));
    REQUIRE(
        duplicates
            .find(x.data(), 4, 2, of_directions, kOneThread, first.data(), distinct.data(), &count)
            .ok());
    CHECK(first == std::vector<std::uint32_t>{0, of_directions ? 0U : 1U, 2, 3});
  }
}

}  // namespace
}  // namespace vecext::graph::steps_test
