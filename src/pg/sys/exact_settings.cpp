#include "pg/sys/exact_settings.h"

extern "C" {
#include "utils/guc.h"
}

namespace vecext::pg {

int begin_exact_settings() {
  const int level = NewGUCNestLevel();
  const auto set = [](const char* name, const char* value) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  };
  set("datestyle", "ISO");
  set("intervalstyle", "postgres");
  set("extra_float_digits", "3");
  set("bytea_output", "hex");
  return level;
}

void end_exact_settings(int level) {
  AtEOXact_GUC(true, level);
}

}  // namespace vecext::pg
