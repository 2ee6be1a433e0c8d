// Tells which build of the library this is. A session that began before the library was replaced,
// as by an upgrade of its package, still runs the old build.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the first eight bytes of the linker's build id, which is a hash of the library's
/// contents. Two different builds almost certainly have different numbers. It is 0 if the linker
/// has written no build id.
uint64 build_id();

}  // namespace vecext::pg
