// The registry's tables, by name.
#pragma once

#include "pg/sys/pg.h"

/// A statement that deletes the collections that satisfy a condition (c: a row of
/// vecext.collections), with all that the registry has of them. Its result has a row for each.
#define VECEXT_DELETE_COLLECTIONS(using_and_where)                  \
  "WITH gone AS (DELETE FROM vecext.collections c " using_and_where \
  " RETURNING c.relid),"                                            \
  " v AS (DELETE FROM vecext.collection_vectors v USING gone g"     \
  "   WHERE v.relid OPERATOR(pg_catalog.=) g.relid),"               \
  " i AS (DELETE FROM vecext.payload_indexes i USING gone g"        \
  "   WHERE i.relid OPERATOR(pg_catalog.=) g.relid),"               \
  " a AS (DELETE FROM vecext.collection_aliases a USING gone g"     \
  "   WHERE a.relid OPERATOR(pg_catalog.=) g.relid)"                \
  " SELECT FROM gone"

namespace vecext::pg {

/// Returns the table of that name in schema vecext, or InvalidOid if the extension is not there.
Oid registry_table(const char* name);

/// Tells all sessions, at commit, that the registry has changed; this one at the next command.
void invalidate_registry();

/// A number that changes when what this session has read of the registry may not be true any more.
uint64 registry_generation();

/// Returns vecext.collections. Raises an ERROR 42P01 if extension vecext is not there.
Oid registry_or_error();

/// Executes a statement on the registry by the newest snapshot, also in a transaction that has an
/// older one, as the server reads and writes its catalogs. Connected to SPI; its result is
/// SPI_tuptable. Returns the number of rows.
uint64 execute_on_registry(const char* statement, int count, Oid* types, Datum* arguments);

/// What locks of a number in the registry mean, as its part: a name's hash; a table, of which
/// points are counted.
inline constexpr uint16 kLockOfName = 0;
inline constexpr uint16 kLockOfPoints = 1;

/// Keeps other transactions from giving a collection or an alias that name until this one ends: no
/// index covers the names of both.
void lock_registry_name(const text* name);

/// Raises an ERROR 42P07 if the name is a collection's, or, unless `may_be_alias`, an alias's. To
/// be called as the owner of the registry, connected to SPI.
void check_registry_name(text* name, bool may_be_alias);

}  // namespace vecext::pg
