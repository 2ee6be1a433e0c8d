// Tells if a user has set a custom setting. Its value alone does not tell that, since a user may
// set it to the default. The file also has a function that sets a setting for a nest level.
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

/// The check hook of a setting whose assign hook is note_if_set(). It gives an extra to each value
/// except the built-in default. The server keeps the extra with the value through SET LOCAL, RESET
/// and rollbacks.
template <class T>
bool mark_source(T*, void** extra, GucSource source) {
  if (source != PGC_S_DEFAULT) {
    *extra = allocate_setting_extra(1);
    return *extra != nullptr;
  }
  return true;
}

/// The assign hook of such a setting. Sets `*is_set` to true if the current value was set in any
/// way (SET, SET of a function, ALTER SYSTEM, DATABASE or ROLE, a file, the command line, the
/// environment), and otherwise to false.
template <class T, bool* is_set>
void note_if_set(T, void* extra) {
  *is_set = extra != nullptr;
}

}  // namespace vecext::pg
