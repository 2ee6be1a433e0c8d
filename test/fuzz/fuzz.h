// What the fuzzers share: buffers of the exact size, so that AddressSanitizer sees every read past
// an end, and a check that names its line.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/value/print.h"

namespace vecext::fuzz {

inline void require(bool condition, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
  if (!condition) {
    std::fprintf(stderr, "%s:%d: requirement failed\n", file, line);
    std::abort();
  }
}

/// The input as a text with its terminating zero. Zeros within end it earlier, as in C.
inline std::vector<char> text(const std::uint8_t* data, std::size_t size) {
  const std::size_t length = strnlen(reinterpret_cast<const char*>(data), size);
  std::vector<char> out(data, data + length);
  out.push_back('\0');
  out.shrink_to_fit();
  return out;
}

/// The input at an odd address, in a buffer that ends with it.
class OddBytes {
 public:
  OddBytes(const std::uint8_t* data, std::size_t size) : bytes_(size + 1) {
    if (size > 0) {
      std::memcpy(bytes_.data() + 1, data, size);
    }
  }
  const std::byte* data() const { return bytes_.data() + 1; }
  std::size_t size() const { return bytes_.size() - 1; }

 private:
  std::vector<std::byte> bytes_;
};

inline int print_shortest(float value, char* out) {
  return static_cast<int>(std::to_chars(out, out + kMaxFloatText, value).ptr - out);
}

template <class T>
std::vector<char> print(DenseView<T> view) {
  std::vector<char> out(dense_text_size(view.dim));
  print_dense(view, print_shortest, out.data());
  return out;
}

inline std::vector<char> print(SparsevecView view) {
  std::vector<char> out(sparse_text_size(view.nnz));
  print_sparse(view, print_shortest, out.data());
  return out;
}

}  // namespace vecext::fuzz
