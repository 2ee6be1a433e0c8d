// Loops on several threads: every task runs once, and the calling thread can stop them.
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <pthread.h>
#include <thread>
#include <vector>

#include "doctest/doctest.h"

namespace vecext::test::parallel_test {
namespace {

/// Counts polls and the work reported, and stops the loop at a poll.
struct Polls {
  pthread_t caller = pthread_self();
  long stop_at = -1;
  long count = 0;
  std::size_t work = 0;
  std::size_t most = 0;  // reported at once
  bool are_callers = true;

  static bool stop(void* self, std::size_t work) {
    auto* polls = static_cast<Polls*>(self);
    polls->work += work;
    polls->most = std::max(polls->most, work);
    polls->are_callers = polls->are_callers && pthread_equal(polls->caller, pthread_self()) != 0;
    return polls->count++ == polls->stop_at;
  }
  ParallelOptions options(std::int32_t threads) { return {threads, stop, this}; }
};

TEST_CASE("a loop runs every task once, and reports the work of all") {
  for (const std::int32_t threads : {1, 2, 5}) {
    for (const std::size_t count : {0, 1, 3, 1000}) {
      for (const std::size_t work : {std::size_t{1}, kPolledWork / 4, kPartWork}) {
        CAPTURE(threads);
        CAPTURE(count);
        CAPTURE(work);
        Polls polls;
        std::vector<std::atomic<int>> runs(count);
        std::vector<std::atomic<int>> in_slot(static_cast<std::size_t>(threads));
        std::atomic<bool> is_shared = false;
        REQUIRE(
            for_each(polls.options(threads), count, work, [&](std::size_t i, std::int32_t slot) {
              auto& in = in_slot[static_cast<std::size_t>(slot)];
              is_shared = is_shared || in++ != 0;
              ++runs[i];
              --in;
            }).ok());
        for (const std::atomic<int>& run : runs) {
          CHECK(run == 1);
        }
        CHECK(!is_shared);
        CHECK(polls.are_callers);
        CHECK(polls.work == count * work);
        CHECK(polls.most <= count * work);
      }
    }
  }
}

TEST_CASE("a loop ends at the first poll that stops it") {
  constexpr std::size_t kTasks = 1000;
  for (const std::int32_t threads : {1, 3}) {
    for (const long stop_at : {0L, 1L, 20L}) {
      CAPTURE(threads);
      CAPTURE(stop_at);
      Polls polls{.stop_at = stop_at};
      std::atomic<long> runs = 0;
      std::atomic<long> by_caller = 0;
      const Status status =
          for_each(polls.options(threads), kTasks, kPartWork, [&](std::size_t, std::int32_t slot) {
            ++runs;
            by_caller += slot == 0 ? 1 : 0;
          });
      // Other threads may have done all tasks before the calling thread comes to that poll.
      CHECK((status.code == StatusCode::kCancelled) == (polls.count > stop_at));
      CHECK(by_caller <= stop_at);
      if (threads == 1) {
        CHECK(status.code == StatusCode::kCancelled);
        CHECK(runs == stop_at);
      }
    }
  }
}

TEST_CASE("a long task does not hold up the others") {
  constexpr long kTasks = 200;
  constexpr std::chrono::seconds kLongest{20};
  std::atomic<long> others = 0;
  Polls polls;
  REQUIRE(for_each(polls.options(2), kTasks, kPartWork, [&](std::size_t i, std::int32_t) {
            if (i > 0) {
              ++others;
              return;
            }
            const auto end = std::chrono::steady_clock::now() + kLongest;
            while (others < kTasks - 1 && std::chrono::steady_clock::now() < end) {
              std::this_thread::yield();
            }
            CHECK(others == kTasks - 1);
          }).ok());
}

}  // namespace
}  // namespace vecext::test::parallel_test
