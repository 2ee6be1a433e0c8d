// The size of an index before it is built, for vecext.estimate().
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The index whose size is estimated.
struct SizeTask {
  OpclassInfo opclass;
  int32 dims;
  double rows;
  const void* options;  // as the method has parsed them; null for the defaults
};

struct IndexSize {
  double pages;
  double build_bytes;  // memory that a build can use; a greater maintenance_work_mem does not
                       // change the build
};

}  // namespace vecext::pg
