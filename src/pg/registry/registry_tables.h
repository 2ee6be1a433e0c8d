// The registry's tables, by name.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The table of that name in schema vecext; InvalidOid if extension vecext is not there.
Oid registry_table(const char* name);

/// Tells all sessions, at commit, that the registry has changed; this one at the next command.
void invalidate_registry();

}  // namespace vecext::pg
