// Raises a Status of core as an error of the server, and adds hints and fields to errors.
#pragma once

#include <string_view>

#include "core/base/status.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Processes pending interrupts even if pages are locked, while CHECK_FOR_INTERRUPTS() would not
/// process any. It releases all page locks. So if it returns, the caller must raise an error.
void raise_interrupts();

/// What an error is about, in fields that programs read in place of the message: those that name a
/// table, a column and a constraint. docs/errors.md lists them.
struct ErrorSubject {
  const char* rule = nullptr;        // what does not hold, as "max_query_limit 30 > 15"
  const char* collection = nullptr;  // null if it is not known
  const char* part = nullptr;        // the vector or the key of payloads; null if it is not one
};

/// Adds the subject to the error that is being reported, unless it has no rule.
int about(const ErrorSubject& subject);

/// Returns the rule that does not hold for a value above its bound.
const char* above(const char* rule, int64 value, int64 bound);

/// Returns the subject of an error that a vector has `actual` dimensions. `vector` is its name, or
/// null if that is not known.
ErrorSubject wrong_dimensions(const char* vector, int64 expected, int64 actual);

/// Raises `status` as an ERROR with its SQLSTATE. `vector` is the name of the vector of a
/// collection that it is about, or null if that is not known.
[[noreturn]] void raise(const Status& status, const char* vector = nullptr);

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
