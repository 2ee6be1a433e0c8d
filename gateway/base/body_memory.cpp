#include "base/body_memory.h"

#include <atomic>

namespace vecext::gateway {

namespace {

std::atomic<std::uint64_t> most_held = 1u << 30;  // bytes
std::atomic<std::uint64_t> all_held = 0;          // bytes that are counted

std::uint64_t counted(std::uint64_t bytes) {
  constexpr std::uint64_t kUncounted = 64u << 10;
  return bytes > kUncounted ? bytes : 0;
}

}  // namespace

void limit_body_memory(std::uint64_t most_bytes) {
  most_held = most_bytes;
}

Failure out_of_body_memory() {
  return Failure(FailureKind::kUnavailable, "The bodies of requests take all memory for them");
}

bool HeldBytes::try_grow(std::uint64_t bytes) {
  const std::uint64_t more = counted(bytes_ + bytes) - counted(bytes_);
  if (more > 0 && all_held.fetch_add(more, std::memory_order_relaxed) + more > most_held) {
    all_held.fetch_sub(more, std::memory_order_relaxed);
    return false;
  }
  bytes_ += bytes;
  return true;
}

void HeldBytes::grow(std::uint64_t bytes) {
  if (!try_grow(bytes)) {
    throw out_of_body_memory();
  }
}

void HeldBytes::shrink(std::uint64_t bytes) {
  const std::uint64_t less = counted(bytes_) - counted(bytes_ - bytes);
  bytes_ -= bytes;
  if (less > 0) {
    all_held.fetch_sub(less, std::memory_order_relaxed);
  }
}

}  // namespace vecext::gateway
