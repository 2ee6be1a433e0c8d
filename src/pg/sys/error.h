// Raises a Status of core as an error of the server, and adds hints to errors.
#pragma once

#include <string_view>

#include "core/base/status.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Processes pending interrupts even if pages are locked, while CHECK_FOR_INTERRUPTS() would not
/// process any. It releases all page locks. So if it returns, the caller must raise an error.
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

/// Raises `status` as an error of an input function. If the caller of that function has asked for
/// soft errors, stores it as one instead. Returns the Datum that the input function has to return.
Datum input_error(FunctionCallInfo fcinfo, const Status& status);

/// Returns a copy of a word of a request that ends with a zero: the whole word or, if it is longer
/// than 64 bytes, these and "...".
const char* shown_part(std::string_view word);

/// Adds a HINT to the error that is being reported. It names the word that the user may have meant
/// by a misspelt word. Adds nothing if `meant` is empty.
inline int suggest(std::string_view meant) {
  const int size = static_cast<int>(meant.size());
  return meant.empty() ? 0 : errhint("Perhaps you mean \"%.*s\".", size, meant.data());
}

}  // namespace vecext::pg
