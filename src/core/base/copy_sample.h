// A random sample of rows, copied by several threads.
#pragma once

#include <cstring>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace vecext {

/// Copies `n` of the `of` rows at `x`, each of which has `dims` floats, to `out`. Every choice of
/// rows is equally likely, and they keep their order. `chosen` has room for `n` numbers of rows.
/// Returns kCancelled if it is stopped.
inline Status copy_sample(const float* x, std::uint32_t of, std::uint32_t n, std::size_t dims,
                          std::uint64_t seed, const ParallelOptions& parallel,
                          std::uint32_t* chosen, float* out) {
  constexpr std::size_t kRowsAtOnce = 256;
  constexpr std::size_t kWorkOfFloat = 8;  // the time goes into waiting for memory
  constexpr std::uint32_t kBetweenPolls = 1 << 20;
  // Selection sampling (Knuth 3.4.2 S).
  Random random(seed);
  for (std::uint32_t i = 0, taken = 0; taken < n; ++i) {
    if (i % kBetweenPolls == 0 && stopped(parallel)) {
      return {.code = StatusCode::kCancelled};
    }
    if (random.below(of - i) < n - taken) {
      chosen[taken++] = i;
    }
  }
  const std::size_t tasks = (n + kRowsAtOnce - 1) / kRowsAtOnce;
  return for_each(parallel, tasks, kRowsAtOnce * dims * kWorkOfFloat,
                  [&](std::size_t task, std::int32_t) {
                    const std::size_t end = std::min<std::size_t>(n, (task + 1) * kRowsAtOnce);
                    for (std::size_t i = task * kRowsAtOnce; i < end; ++i) {
                      std::memcpy(out + i * dims, x + chosen[i] * dims, dims * sizeof(float));
                    }
                  });
}

}  // namespace vecext
