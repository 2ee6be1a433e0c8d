// Loops over rows and nodes that can be stopped, and options of trainings.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/parallel.h"
#include "core/base/status.h"
#include "core/cluster/kmeans.h"

namespace vecext::graph {

/// How many rounds a training makes over all centers, after its rounds in groups.
inline constexpr std::int32_t kTrainingRounds = 1;

/// Returns the options of a training of k centers on the threads of `parallel`.
inline KMeansOptions training_of(const ParallelOptions& parallel, std::int32_t k,
                                 std::uint64_t seed) {
  return {.k = k, .rounds = kTrainingRounds, .seed = seed, .parallel = parallel};
}

/// Runs task(i) for i in [0, count) in turn, on this thread. Polls often enough to stop within
/// milliseconds, even if a task waits for memory a few times.
template <class Task>
Status for_each_in_turn(const ParallelOptions& parallel, std::size_t count, const Task& task) {
  constexpr std::size_t kBetweenPolls = std::size_t{1} << 15;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kBetweenPolls == 0 && stopped(parallel)) {
      return {.code = StatusCode::kCancelled};
    }
    task(i);
  }
  return {};
}

/// Runs task(begin, end, slot) on all threads for stretches [begin, end) of [0, count). An element
/// takes about `work` multiply-adds.
template <class Task>
Status for_each_stretch(const ParallelOptions& parallel, std::size_t count, std::size_t work,
                        const Task& task) {
  constexpr std::size_t kStretch = 64;
  return for_each(parallel, (count + kStretch - 1) / kStretch, kStretch * work,
                  [&](std::size_t s, std::int32_t slot) {
                    const std::size_t begin = s * kStretch;
                    task(begin, std::min(count, begin + kStretch), slot);
                  });
}

}  // namespace vecext::graph
