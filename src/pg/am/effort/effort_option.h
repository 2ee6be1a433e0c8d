// The option of an index that keeps the efforts that vecext.calibrate() has measured: it is dumped,
// and stays when the index is built again.
#pragma once

#include "core/effort/calibrated_effort.h"
#include "pg/am/common/options.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

inline constexpr char kEffortOption[] = "query_effort";

/// What the options of each method begin with whose searches aim at a recall.
struct EffortOptions {
  int32 vl_len_;
  int32 query_effort;  // offset of the text (core/effort/calibrated_effort.h); 0: there is none
};

/// Adds the option to those of a method. Call once, when the library is loaded.
void add_effort_option(relopt_kind kind);

/// Its place in the options of a method.
inline relopt_parse_elt effort_option() {
  return option(kEffortOption, RELOPT_TYPE_STRING, offsetof(EffortOptions, query_effort));
}

/// The text that the option of an index has; null if it has none.
const char* effort_text(Relation index);

/// Sets the option, or resets it where the text is null, as ALTER INDEX does. The caller has
/// checked that the user owns the index.
void set_effort_option(Relation index, const char* text);

}  // namespace vecext::pg
