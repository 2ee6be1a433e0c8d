// Loops on several threads that can be stopped between two tasks.
//
// A loop only computes on memory taken beforehand: its threads never call the server. The calling
// thread polls between its own tasks, while the others go on; no thread waits for another before
// the end.
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
  /// The calling thread polls this after about kPolledWork of its own work, with about the
  /// multiply-adds that all threads have taken on since the last poll. If it returns true, the loop
  /// stops. It may be null.
  bool (*stop)(void* context, std::size_t work);
  void* stop_context;
};

/// The most multiply-adds of a task or, in a loop on one thread, between two polls: 5 to 30 ms.
inline constexpr std::size_t kPartWork = std::size_t{1} << 28;

/// Multiply-adds of the calling thread between two polls. A task that has more is not divided.
inline constexpr std::size_t kPolledWork = kPartWork / 8;

/// Loops of less work than this, some 10 us, stay on the calling thread.
inline constexpr std::size_t kLeastShared = std::size_t{1} << 19;

/// True if a loop is to stop; `work` is how many multiply-adds were begun or done since the last
/// call.
inline bool stopped(const ParallelOptions& options, std::size_t work = 0) {
  return options.stop != nullptr && options.stop(options.stop_context, work);
}

/// Does as run_parallel() for tasks of about `work` multiply-adds each, and polls.
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
