#include "core/base/scratch_arena.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "core/base/random.h"
#include "memory_store.h"

namespace vecext::scratch_arena_test {
namespace {

TEST_CASE("scratch arena: what is taken in a step is apart, and aligned") {
  test::TestArena source;
  ScratchArena scratch(source);
  Random random(1);
  for (int step = 0; step < 20; ++step) {
    scratch.reset();
    std::vector<std::pair<unsigned char*, std::size_t>> taken;
    for (int i = 0; i < 50; ++i) {
      const std::size_t bytes = random.below(i % 10 == 9 ? 100'000 : 2'000);
      auto* memory = scratch.arena().array<unsigned char>(bytes);
      REQUIRE(memory != nullptr);
      CHECK(reinterpret_cast<std::uintptr_t>(memory) % 64 == 0);
      std::memset(memory, i, bytes);
      taken.emplace_back(memory, bytes);
    }
    for (int i = 0; i < 50; ++i) {
      const auto [memory, bytes] = taken[static_cast<std::size_t>(i)];
      CHECK(std::all_of(memory, memory + bytes, [i](unsigned char byte) { return byte == i; }));
    }
  }
}

TEST_CASE("scratch arena: steps like the first one take nothing more") {
  test::TestArena source;
  ScratchArena scratch(source);
  for (int step = 0; step < 100; ++step) {
    scratch.reset();
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(scratch.arena().array<std::uint64_t>(100) != nullptr);
    }
    source.fail_after(0);
  }
}

TEST_CASE("scratch arena: without memory, what was taken stays") {
  test::TestArena source;
  ScratchArena scratch(source);
  auto* first = scratch.arena().array<char>(100);
  REQUIRE(first != nullptr);
  source.fail_after(0);
  CHECK(scratch.arena().array<char>(1'000'000) == nullptr);
  CHECK(scratch.arena().array<char>(SIZE_MAX) == nullptr);
  CHECK(scratch.arena().array<char>(100) == first + 128);
}

}  // namespace
}  // namespace vecext::scratch_arena_test
