// The memory that bodies of requests take, of all threads together.
#pragma once

#include <cstdint>

#include "base/failure.h"

namespace vecext::gateway {

/// Sets how many bytes of bodies the process holds at a time. It is called before requests come.
void limit_body_memory(std::uint64_t most_bytes);

/// Returns what a request fails with whose body would exceed that.
Failure out_of_body_memory();

/// What is held for one request, or for those of one connection. It is used on one thread. The
/// first 64 kB are not counted, since as many connections as a process has take little by them.
class HeldBytes {
 public:
  HeldBytes() = default;
  ~HeldBytes() { shrink(bytes_); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  std::uint64_t bytes() const { return bytes_; }

  /// Adds bytes that are about to be held. Returns false, and adds none, if the process would hold
  /// more than it may.
  [[nodiscard]] bool try_grow(std::uint64_t bytes);
  /// Does so, and throws out_of_body_memory() in place of returning false.
  void grow(std::uint64_t bytes);
  /// Takes away bytes that are not held any more.
  void shrink(std::uint64_t bytes);

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace vecext::gateway
