// Loops on several threads, in pieces that the calling thread can be stopped between.
//
// Everything that a loop does is arithmetic on memory taken beforehand: its threads never see the
// server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/threads.h"

namespace vecext::cluster {

/// Multiply-adds that a thread does between two polls: 5 to 30 ms.
inline constexpr std::size_t kPieceWork = std::size_t{1} << 28;

/// Loops of less work than this, some 10 us, stay on the calling thread.
inline constexpr std::size_t kLeastShared = std::size_t{1} << 19;

/// Is a loop to stop before a piece of so many multiply-adds?
inline bool stopped(const KMeansOptions& options, std::size_t work = 0) {
  return options.stop != nullptr && options.stop(options.stop_context, work);
}

/// run_parallel in pieces, for tasks of `work` multiply-adds each; polls before every piece.
template <class Task>
Status for_each(const KMeansOptions& options, std::size_t count, std::size_t work,
                const Task& task) {
  const std::int32_t threads = count * work < kLeastShared ? 1 : options.threads;
  const std::size_t each = std::max<std::size_t>(1, kPieceWork / std::max<std::size_t>(1, work));
  const std::size_t piece = each * static_cast<std::size_t>(threads);
  for (std::size_t first = 0; first < count; first += piece) {
    const std::size_t tasks = std::min(piece, count - first);
    if (stopped(options, tasks * work)) return {.code = StatusCode::kCancelled};
    run_parallel(threads, tasks, [&](std::size_t i, std::int32_t slot) { task(first + i, slot); });
  }
  return {};
}

}  // namespace vecext::cluster
