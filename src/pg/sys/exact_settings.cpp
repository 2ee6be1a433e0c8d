#include "pg/sys/exact_settings.h"

extern "C" {
#include "miscadmin.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/guc.h"
}

namespace vecext::pg {

int begin_exact_settings() {
  const int level = NewGUCNestLevel();
  const auto set = [](const char* name, const char* value) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  };
  if (DateStyle != USE_ISO_DATES) {
    set("datestyle", "ISO");
  }
  if (IntervalStyle != INTSTYLE_POSTGRES) {
    set("intervalstyle", "postgres");
  }
  if (extra_float_digits < 1) {
    set("extra_float_digits", "3");
  }
  if (bytea_output != BYTEA_OUTPUT_HEX) {
    set("bytea_output", "hex");
  }
  return level;
}

void end_exact_settings(int level) {
  AtEOXact_GUC(true, level);
}

}  // namespace vecext::pg
