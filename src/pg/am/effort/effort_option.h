// The option of an index that keeps the efforts that vecext.calibrate() has measured. It is dumped,
// and stays when the index is rebuilt.
#pragma once

#include "core/effort/calibrated_effort.h"
#include "pg/am/common/options.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

inline constexpr char kEffortOption[] = "query_effort";

/// The beginning of the options of each method whose searches aim at a recall.
struct EffortOptions {
  int32 vl_len_;
  int32 query_effort;  // offset of the text (core/effort/calibrated_effort.h); 0 if there is none
};

/// Adds the option to the options of a method. It has to be called once, when the library is
/// loaded.
void add_effort_option(relopt_kind kind);

/// Returns the option's place in the options of a method.
inline relopt_parse_elt effort_option() {
  return option(kEffortOption, RELOPT_TYPE_STRING, offsetof(EffortOptions, query_effort));
}

/// Returns the text of an index's option, or null if the index has no such option.
const char* effort_text(Relation index);

/// Sets the option as ALTER INDEX does, or resets it if the text is null. The caller has checked
/// that the user owns the index.
void set_effort_option(Relation index, const char* text);

}  // namespace vecext::pg
