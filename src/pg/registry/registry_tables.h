// The registry's tables, by name.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The table of that name in schema vecext; InvalidOid if extension vecext is not there.
Oid registry_table(const char* name);

/// Tells all sessions, at commit, that the registry has changed; this one at the next command.
void invalidate_registry();

/// vecext.collections; ERROR 42P01 if extension vecext is not there.
Oid registry_or_error();

/// Keeps other transactions from giving a collection or an alias that name until this one ends: no
/// index covers the names of both.
void lock_registry_name(const text* name);

/// ERROR 42P07 if the name is a collection's, or, unless `may_be_alias`, an alias's. To be called
/// as the owner of the registry, connected to SPI.
void check_registry_name(text* name, bool may_be_alias);

}  // namespace vecext::pg
