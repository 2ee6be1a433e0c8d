// Whether a custom setting was set by somebody: its value alone does not tell, since the default
// may be set, too.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/guc.h"
}

namespace vecext::pg {

/// Check hook of a setting with note_if_set() as its assign hook: only a value that does not come
/// from the default has an extra, which the server keeps with it through SET LOCAL, RESET and
/// rollbacks.
template <class T>
bool mark_source(T*, void** extra, GucSource source) {
  if (source != PGC_S_DEFAULT) {
    *extra = allocate_setting_extra(1);
    return *extra != nullptr;
  }
  return true;
}

/// Assign hook: *is_set tells whether the value in force was set in any way (SET, a function's SET,
/// ALTER SYSTEM, DATABASE or ROLE, a file, the command line, the environment).
template <class T, bool* is_set>
void note_if_set(T, void* extra) {
  *is_set = extra != nullptr;
}

}  // namespace vecext::pg
