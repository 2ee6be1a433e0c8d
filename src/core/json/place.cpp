#include "core/json/place.h"

#include <algorithm>
#include <charconv>

namespace vecext {

namespace {

/// True if a key is written without quotes in the text of a place.
bool is_plain(std::string_view key) {
  for (const char c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '$' || c == '-';
    if (!plain) {
      return false;
    }
  }
  return !key.empty();
}

/// Returns the part of a key that is written in the text of a place.
std::string_view shown(std::string_view key) {
  constexpr std::size_t kMostBytes = 64;
  std::size_t n = std::min(key.size(), kMostBytes);
  while (n > 0 && n < key.size() && (static_cast<unsigned char>(key[n]) & 0xC0) == 0x80) {
    --n;  // so that no character is cut
  }
  return key.substr(0, n);
}

/// The most characters of an index.
constexpr int kIndexLength = 20;

/// True if the place adds to the text. The whole request does so only if it has a name.
bool is_written(const JsonPlace& place) {
  return place.outer != nullptr || !place.key.empty();
}

char* write_index_before(char* end, std::int64_t index) {
  char digits[kIndexLength];
  const char* stop = std::to_chars(digits, digits + kIndexLength, index).ptr;
  *--end = ']';
  end = std::copy_backward(static_cast<const char*>(digits), stop, end);
  *--end = '[';
  return end;
}

char* write_key_before(char* end, std::string_view whole) {
  const std::string_view key = shown(whole);
  const bool plain = is_plain(key);
  if (!plain) {
    *--end = '"';
  }
  end = std::copy_backward(key.begin(), key.end(), end);
  if (!plain) {
    *--end = '"';
  }
  return end;
}

}  // namespace

std::size_t text_size(const JsonPlace& place) {
  std::size_t size = 0;
  for (const JsonPlace* at = &place; at != nullptr; at = at->outer) {
    size += shown(at->key).size() + 3 + kIndexLength;
  }
  return size;
}

char* write_before(char* end, const JsonPlace& place) {
  for (const JsonPlace* at = &place; at != nullptr && is_written(*at); at = at->outer) {
    if (at->index >= 0) {
      end = write_index_before(end, at->index);
      continue;
    }
    end = write_key_before(end, at->key);
    if (at->outer != nullptr && is_written(*at->outer)) {
      *--end = '.';
    }
  }
  return end;
}

}  // namespace vecext
