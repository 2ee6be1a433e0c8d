// What the kernel says of this process.
#pragma once

#include <cstdint>

namespace vecext::gateway {

/// Numbers that cannot be read are 0.
struct ProcessNumbers {
  std::uint64_t resident_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
  std::uint64_t most_files = 0;  // that may be open
  double cpu_seconds = 0;
};
ProcessNumbers process_numbers();

}  // namespace vecext::gateway
