// What the tests of kernels share: the tables of this machine, and memory that ends at a page which
// nobody may touch, so that reading past the end is an error without a sanitizer too.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/kernel/kernel.h"
#include "core/kernel/tables.h"

namespace vecext::kernel {

/// All tables that this machine can run, those too that select_best() passes over.
inline std::vector<const Kernels*> tables() {
  std::vector<const Kernels*> all;
  for (const Kernels* const* table = available(); *table != nullptr; ++table) {
    all.push_back(*table);
#if defined(__x86_64__)
    if (*table == &avx512_vpopcnt_table) {
      all.push_back(&avx512_table);
    }
#endif
  }
  return all;
}

/// Memory before a page without access.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t capacity) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    usable_ = (capacity + page - 1) / page * page;
    size_ = usable_ + page;
    begin_ = static_cast<unsigned char*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(begin_ + usable_, page, PROT_NONE);
  }
  ~GuardedMemory() { munmap(begin_, size_); }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  /// n elements that end `slack` bytes before the guarded page: at an odd address if slack is odd.
  template <class T>
  T* end_with(std::size_t n, std::size_t slack) {
    return reinterpret_cast<T*>(begin_ + usable_ - slack - n * sizeof(T));
  }

  template <class T>
  T* end_with(const std::vector<T>& values, std::size_t slack) {
    T* place = end_with<T>(values.size(), slack);
    if (!values.empty()) {
      std::memcpy(static_cast<void*>(place), values.data(), values.size() * sizeof(T));
    }
    return place;
  }

 private:
  unsigned char* begin_;
  std::size_t usable_;
  std::size_t size_;
};

inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float float_of(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace vecext::kernel
