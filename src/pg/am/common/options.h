// What the options and settings of several access methods have in common.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/reloptions.h"
}

namespace vecext::pg {

/// What a scan does when its first search gives too few rows: whether it searches again, and in
/// what order it then returns the rows.
enum IterativeScan : int { kIterativeOff, kIterativeRelaxed, kIterativeStrict };

/// Describes an option and its place in its struct. Fields that later servers have added stay zero.
inline relopt_parse_elt option(const char* name, relopt_type type, Size offset) {
  relopt_parse_elt element{};
  element.optname = name;
  element.opttype = type;
  element.offset = static_cast<int>(offset);
  return element;
}

}  // namespace vecext::pg
