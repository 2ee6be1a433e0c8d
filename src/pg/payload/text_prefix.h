// The part of a text that an index has as its key if it is one of prefixes.
#pragma once

#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace vecext::pg {

/// The number of characters in a prefix. A btree refuses a key that is longer than a third of a
/// page, and a character has at most four bytes.
constexpr int kPrefixCharacters = 250;

/// Returns the prefix of a text. Prefixes have the order of their texts, by bytes, but different
/// texts may have equal prefixes.
inline std::string_view text_prefix(std::string_view text) {
  const int bytes = pg_mbcharcliplen(text.data(), static_cast<int>(text.size()), kPrefixCharacters);
  return text.substr(0, static_cast<std::size_t>(bytes));
}

/// True if longer texts may have the same prefix, as `prefix` has kPrefixCharacters.
inline bool is_full_prefix(std::string_view prefix) {
  return pg_mbstrlen_with_len(prefix.data(), static_cast<int>(prefix.size())) >= kPrefixCharacters;
}

}  // namespace vecext::pg
