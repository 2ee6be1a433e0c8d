// Raises a Status of the core as an error of the server, and adds parts to errors.
#pragma once

#include <string_view>

#include "core/base/status.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Processes pending interrupts even if pages are locked, which holds CHECK_FOR_INTERRUPTS() off.
/// It releases all page locks, so the caller must raise an error if it returns.
void raise_interrupts();

/// Raises `status` as an ERROR with its SQLSTATE.
[[noreturn]] void raise(const Status& status);

/// Raises `status` unless it is ok.
inline void check(const Status& status) {
  if (!status.ok()) [[unlikely]] {
    raise(status);
  }
}

/// Raises an out-of-memory error unless `has_memory`.
inline void check_memory(bool has_memory) {
  if (!has_memory) [[unlikely]] {
    raise(out_of_memory());
  }
}

/// Raises `status` for an input function, or stores it as a soft error if the caller has asked for
/// that, and returns the Datum that the function has to return.
Datum input_error(FunctionCallInfo fcinfo, const Status& status);

/// Returns a terminated copy of a word of a request: its first 64 bytes and "..." if it is longer.
const char* shown_part(std::string_view word);

/// Adds to the error that is being reported, as its HINT, the word that the user may have meant by
/// a misspelt one. Adds nothing if `meant` is empty.
inline int suggest(std::string_view meant) {
  const int size = static_cast<int>(meant.size());
  return meant.empty() ? 0 : errhint("Perhaps you mean \"%.*s\".", size, meant.data());
}

}  // namespace vecext::pg
