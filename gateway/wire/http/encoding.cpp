#include "wire/http/encoding.h"

#include <algorithm>

namespace vecext::gateway {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == text.npos ? "" : text.substr(begin, end - begin + 1);
}

bool is_equal(std::string_view text, std::string_view name) {
  return std::ranges::equal(
      text, name, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

bool is_zero(std::string_view quality) {
  return quality.starts_with("q=0") && quality.find_first_not_of("0.", 3) == quality.npos;
}

}  // namespace

std::optional<Encoding> encoding_of(std::string_view header) {
  const std::string_view name = trimmed(header);
  if (name.empty() || is_equal(name, "identity")) {
    return Encoding::kIdentity;
  }
  if (is_equal(name, "gzip") || is_equal(name, "x-gzip") || is_equal(name, "deflate")) {
    return Encoding::kDeflate;
  }
  return std::nullopt;
}

bool accepts_gzip(std::string_view header) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const std::string_view item = header.substr(0, comma);
    const std::size_t semicolon = item.find(';');
    if (is_equal(trimmed(item.substr(0, semicolon)), "gzip")) {
      return semicolon == item.npos || !is_zero(trimmed(item.substr(semicolon + 1)));
    }
    header = comma == header.npos ? "" : header.substr(comma + 1);
  }
  return false;
}

}  // namespace vecext::gateway
