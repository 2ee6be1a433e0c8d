// Which build of the library this is. A session that began before the library was replaced, as by
// an upgrade of its package, still runs the old one.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// A number that other builds hardly have: of the identifier by which the linker names the contents
/// of the library. 0: the linker has written none.
uint64 build_id();

}  // namespace vecext::pg
