// Raises what the parsers of filters and paths find wrong: the one place with its wording.
#pragma once

#include "core/condition/parse/parse_error.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises `error` of a filter, which is not ok, as an ERROR with its SQLSTATE; DETAIL has the path
/// within the JSON or the position in the text.
[[noreturn]] void raise_filter_error(const ParseError& error);

/// The same of a path, which is `path`.
[[noreturn]] void raise_path_error(const ParseError& error, std::string_view path);

/// Raises `error` of a filter unless it is ok.
inline void check(const ParseError& error) {
  if (!error.ok()) [[unlikely]] {
    raise_filter_error(error);
  }
}

}  // namespace vecext::pg
