// What the fuzzers share. The input of a fuzzer is a buffer of its exact size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace vecext::gateway::fuzz {

/// States a property: ends the program, and names the line, if it does not hold.
inline void require(bool condition, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
  if (!condition) {
    std::fprintf(stderr, "%s:%d: requirement failed\n", file, line);
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Returns the text in front of the first separator, and what is behind it.
inline std::pair<std::string_view, std::string_view> split(std::string_view text, char separator) {
  const std::size_t end = text.find(separator);
  return end == std::string_view::npos ? std::pair(text, std::string_view())
                                       : std::pair(text.substr(0, end), text.substr(end + 1));
}

}  // namespace vecext::gateway::fuzz
