#include "pg/sys/exact_settings.h"

#include "pg/sys/setting.h"

extern "C" {
#include "miscadmin.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/guc.h"
}

namespace vecext::pg {

int begin_exact_settings() {
  const int level = NewGUCNestLevel();
  if (DateStyle != USE_ISO_DATES) {
    set_for_level("datestyle", "ISO");
  }
  if (IntervalStyle != INTSTYLE_POSTGRES) {
    set_for_level("intervalstyle", "postgres");
  }
  if (extra_float_digits < 1) {
    set_for_level("extra_float_digits", "3");
  }
  if (bytea_output != BYTEA_OUTPUT_HEX) {
    set_for_level("bytea_output", "hex");
  }
  return level;
}

void end_exact_settings(int level) {
  AtEOXact_GUC(true, level);
}

}  // namespace vecext::pg
