// A limit on the requests within any second: a log of their times, as a sliding window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace vecext {

/// How long the window is, in microseconds.
inline constexpr std::int64_t kWindow = 1'000'000;

/// The state of a window besides the times, which are a ring. All members are zero at first.
struct RequestWindow {
  std::int64_t next;   // place in the ring that the next admitted request takes
  std::int64_t count;  // times in the ring, which end before `next`
};

/// Admits a request at the time `now`, in microseconds, if fewer than times.size() requests were
/// admitted within the second before. Returns false otherwise, and if times is empty. `now` must
/// not be less than in calls before: if it is, the window holds the later times as long as it would
/// if the clock had not gone back.
inline bool admit_request(std::span<std::int64_t> times, RequestWindow* window, std::int64_t now) {
  const auto limit = static_cast<std::int64_t>(times.size());
  if (limit == 0) {
    return false;
  }
  const auto next = static_cast<std::size_t>(window->next);
  if (window->count == limit && now - times[next] < kWindow) {
    return false;
  }
  times[next] = now;
  window->next = window->next + 1 == limit ? 0 : window->next + 1;
  window->count = std::min(window->count + 1, limit);
  return true;
}

/// Returns how many requests were admitted within the second before `now`.
inline std::int64_t requests_in_window(std::span<const std::int64_t> times,
                                       const RequestWindow& window, std::int64_t now) {
  const auto within = std::count_if(times.begin(), times.begin() + window.count,
                                    [&](std::int64_t time) { return now - time < kWindow; });
  return static_cast<std::int64_t>(within);
}

/// Returns after how many microseconds a request will be admitted; 0 if one is now. `times` must
/// not be empty.
inline std::int64_t wait_for_request(std::span<const std::int64_t> times,
                                     const RequestWindow& window, std::int64_t now) {
  if (window.count < static_cast<std::int64_t>(times.size())) {
    return 0;
  }
  const std::int64_t oldest = times[static_cast<std::size_t>(window.next)];
  return std::max<std::int64_t>(oldest + kWindow - now, 0);
}

/// Copies the last times of a window to another ring, of the size of another limit, and sets
/// `window` accordingly.
inline void resize_window(std::span<const std::int64_t> from, std::span<std::int64_t> to,
                          RequestWindow* window) {
  const auto size = static_cast<std::int64_t>(from.size());
  const std::int64_t kept = std::min(window->count, static_cast<std::int64_t>(to.size()));
  for (std::int64_t i = 0; i < kept; ++i) {
    const std::int64_t place = (window->next - kept + i + size) % size;
    to[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(place)];
  }
  window->count = kept;
  window->next = kept == static_cast<std::int64_t>(to.size()) ? 0 : kept;
}

}  // namespace vecext
