// Tells whether a user has set a custom setting, which its value alone does not tell, as a user may
// set it to the default. Also sets settings until a nest level ends.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/guc.h"
}

namespace vecext::pg {

/// Sets a setting until the current nest level of settings ends.
inline void set_for_level(const char* name, const char* value) {
  set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/// The check hook of a setting whose assign hook is note_if_set(). Only a value that is not the
/// built-in default gets an extra, which the server keeps with the value through SET LOCAL, RESET
/// and rollbacks.
template <class T>
bool mark_source(T*, void** extra, GucSource source) {
  if (source != PGC_S_DEFAULT) {
    *extra = allocate_setting_extra(1);
    return *extra != nullptr;
  }
  return true;
}

/// The assign hook: sets *is_set to true if the current value was set in any way (SET, a function's
/// SET, ALTER SYSTEM, DATABASE or ROLE, a file, the command line, the environment), and to false
/// otherwise.
template <class T, bool* is_set>
void note_if_set(T, void* extra) {
  *is_set = extra != nullptr;
}

}  // namespace vecext::pg
