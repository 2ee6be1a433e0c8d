// Loops on several threads, in parts that the calling thread can be stopped between.
//
// A loop only computes on memory taken beforehand: its threads never call the server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "core/cluster/threads.h"

namespace vecext {

/// The threads of a loop, and how it is cancelled.
struct ParallelOptions {
  std::int32_t threads;  // >= 1
  /// Polled by the calling thread before parts of work, of about once or twice kPartWork for each
  /// thread, with about the multiply-adds of the part; true stops the loop. May be null.
  bool (*stop)(void* context, std::size_t work);
  void* stop_context;
};

namespace cluster {

/// Multiply-adds that a thread does between two polls: 5 to 30 ms.
inline constexpr std::size_t kPartWork = std::size_t{1} << 28;

/// Loops of less work than this, some 10 us, stay on the calling thread.
inline constexpr std::size_t kLeastShared = std::size_t{1} << 19;

/// True if a loop is to stop before a part of `work` multiply-adds.
inline bool stopped(const ParallelOptions& options, std::size_t work = 0) {
  return options.stop != nullptr && options.stop(options.stop_context, work);
}

/// run_parallel() in parts, for tasks of `work` multiply-adds each; polls before every part.
template <class Task>
Status for_each(const ParallelOptions& options, std::size_t count, std::size_t work,
                const Task& task) {
  const std::int32_t threads = count * work < kLeastShared ? 1 : options.threads;
  const std::size_t each = std::max<std::size_t>(1, kPartWork / std::max<std::size_t>(1, work));
  const std::size_t part = each * static_cast<std::size_t>(threads);
  for (std::size_t first = 0; first < count; first += part) {
    const std::size_t tasks = std::min(part, count - first);
    if (stopped(options, tasks * work)) {
      return {.code = StatusCode::kCancelled};
    }
    run_parallel(threads, tasks, [&](std::size_t i, std::int32_t slot) { task(first + i, slot); });
  }
  return {};
}

}  // namespace cluster
}  // namespace vecext
