#include "base/request_id.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace vecext::gateway {

namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::string new_id() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (std::uint64_t number = numbers(); id.size() < 16; number >>= 4) {
    id += kDigits[number & 15];
  }
  return id;
}

std::string_view sane_id(std::string_view id) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  };
  return id.size() <= 64 && std::ranges::all_of(id, is_allowed) ? id : std::string_view();
}

std::string_view sane_traceparent(std::string_view text) {
  // version-trace-parent-flags, of 2, 32, 16 and 2 digits
  if (text.size() != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return {};
  }
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  const bool is_sane = is_hex(text.substr(0, 2)) && is_hex(trace) && is_hex(parent) &&
                       is_hex(text.substr(53)) && !is_zero(trace) && !is_zero(parent) &&
                       !text.starts_with("ff");
  return is_sane ? text : std::string_view();
}

}  // namespace vecext::gateway
