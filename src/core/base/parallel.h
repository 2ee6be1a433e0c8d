// Loops on several threads that can be stopped between two tasks.
//
// A loop computes only on memory that was taken before it began: its threads never call the server.
// The calling thread polls between its own tasks while the other threads go on. No thread waits for
// another before the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "core/base/threads.h"

namespace vecext {

/// The threads of a loop, and how it is cancelled.
struct ParallelOptions {
  std::int32_t threads;  // >= 1
  /// The calling thread calls this each time that it has done about kPolledWork of work itself.
  /// `work` is about how many multiply-adds all threads have begun since the call before. If it
  /// returns true, the loop stops. It may be null.
  bool (*stop)(void* context, std::size_t work);
  void* stop_context;
};

/// The most multiply-adds of one task or, if a loop runs on one thread, between two polls. They
/// take 5 to 30 ms.
inline constexpr std::size_t kPartWork = std::size_t{1} << 28;

/// How many multiply-adds the calling thread does between two polls. A larger task is not divided.
inline constexpr std::size_t kPolledWork = kPartWork / 8;

/// A loop of fewer multiply-adds than these, which take some 10 us, stays on the calling thread.
inline constexpr std::size_t kLeastShared = std::size_t{1} << 19;

/// True if a loop is to stop. `work` is how many multiply-adds were begun or done since the last
/// call.
inline bool stopped(const ParallelOptions& options, std::size_t work = 0) {
  return options.stop != nullptr && options.stop(options.stop_context, work);
}

/// Runs task(i, slot) for every i in [0, count) as run_parallel() does, and polls. Each task has
/// about `work` multiply-adds. Returns kCancelled if it was stopped.
template <class Task>
Status for_each(const ParallelOptions& options, std::size_t count, std::size_t work,
                const Task& task) {
  const std::int32_t threads = count * work < kLeastShared ? 1 : options.threads;
  const std::size_t between =
      std::max<std::size_t>(1, kPolledWork / std::max<std::size_t>(1, work));
  std::size_t own = 0;
  std::size_t reported = 0;
  bool is_stopped = false;
  run_parallel(threads, count, task, [&](std::size_t taken) {
    if (own++ % between == 0) {
      is_stopped = stopped(options, (taken - reported) * work);
      reported = taken;
    }
    return !is_stopped;
  });
  if (is_stopped || stopped(options, (count - reported) * work)) {
    return {.code = StatusCode::kCancelled};
  }
  return {};
}

}  // namespace vecext
