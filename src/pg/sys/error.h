// From a Status of the core to an error of the server.
#pragma once

#include "core/base/status.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises what cancels the statement, in the server's words, though pages be locked, which keeps
/// CHECK_FOR_INTERRUPTS() from it. To be called on the way to an error: pages are unlocked if there
/// is nothing to raise, too.
void raise_interrupts();

/// Raises `status` as an ERROR with its SQLSTATE. Does not return.
[[noreturn]] void raise(const Status& status);

/// Does nothing where `status` is ok, raises it otherwise.
inline void check(const Status& status) {
  if (!status.ok()) [[unlikely]] {
    raise(status);
  }
}

/// The same for what says whether there was memory for it.
inline void check_memory(bool has_memory) {
  if (!has_memory) [[unlikely]] {
    raise({.code = StatusCode::kOutOfMemory});
  }
}

/// For input functions: hands `status` to the caller where it asked for soft errors, else raises
/// it. Returns the Datum to return in the soft case.
Datum input_error(FunctionCallInfo fcinfo, const Status& status);

}  // namespace vecext::pg
