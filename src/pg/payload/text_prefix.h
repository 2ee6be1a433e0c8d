// The part of a text that btrees have as a key.
#pragma once

#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace vecext::pg {

/// A btree refuses keys over a third of a page; a character has at most four bytes.
constexpr int kPrefixCharacters = 250;

/// Returns the first characters of a text. Texts in the order of their bytes have prefixes in that
/// order, some of them equal.
inline std::string_view text_prefix(std::string_view text) {
  const int bytes = pg_mbcharcliplen(text.data(), static_cast<int>(text.size()), kPrefixCharacters);
  return text.substr(0, static_cast<std::size_t>(bytes));
}

/// True if `prefix` is as long as prefixes get: then longer texts may have it, too.
inline bool is_full_prefix(std::string_view prefix) {
  return pg_mbstrlen_with_len(prefix.data(), static_cast<int>(prefix.size())) >= kPrefixCharacters;
}

}  // namespace vecext::pg
