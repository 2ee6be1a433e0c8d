#include "pool/refusal.h"

#include <algorithm>

namespace vecext::gateway {

namespace {

bool is_state(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

// The message is in the language of libpq, and has the state behind the severity: "FATAL:  28P01:
// ". The hosts of a list have one each, the last one last.
std::string_view state_of_refusal(std::string_view message) {
  constexpr std::size_t kLength = 5;
  for (std::size_t at = message.rfind(":  "); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : message.rfind(":  ", at - 1)) {
    const std::string_view behind = message.substr(at + 3);
    if (behind.size() > kLength && behind[kLength] == ':' && is_state(behind.substr(0, kLength))) {
      return behind.substr(0, kLength);
    }
  }
  return {};
}

std::string_view words_of_refusal(std::string_view state) {
  if (state.starts_with("28") || state == "42501") {
    return "PostgreSQL refuses the role or its password";
  }
  if (state == "3D000") {
    return "PostgreSQL does not have the database";
  }
  if (state == "53300") {
    return "PostgreSQL has no connection left";
  }
  if (state == "57P03") {
    return "PostgreSQL is starting, ending or recovering";
  }
  return "PostgreSQL cannot be reached";
}

}  // namespace vecext::gateway
