// Raises what the parsers of filters and paths find wrong. All wording of these errors is here.
#pragma once

#include "core/condition/parse/parse_error.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises `error` of the parser of filters as an ERROR with its SQLSTATE. The DETAIL has the path
/// within the JSON, or the position in the text. `error` must not be ok.
[[noreturn]] void raise_filter_error(const ParseError& error);

/// Raises `error` of the parser of paths. The message shows `path`.
[[noreturn]] void raise_path_error(const ParseError& error, std::string_view path);

/// Raises `error` of a filter unless it is ok.
inline void check(const ParseError& error) {
  if (!error.ok()) [[unlikely]] {
    raise_filter_error(error);
  }
}

}  // namespace vecext::pg
