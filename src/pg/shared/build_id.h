// Which build of the library this is. A session that began before the library was replaced, as by
// an upgrade of its package, still runs the old one.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The first eight bytes of the linker's build id, which names the contents of the library: other
/// builds almost certainly have another number. 0: the linker has written none.
uint64 build_id();

}  // namespace vecext::pg
