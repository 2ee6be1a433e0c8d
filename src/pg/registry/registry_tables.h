// The tables of the registry, their locks, and statements on them.
#pragma once

#include "pg/sys/pg.h"

/// A statement that deletes the collections that satisfy a condition, and all other rows that the
/// registry has of them. The condition names a row of vecext.collections as c. The result has a row
/// for each deleted collection.
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

/// Makes all sessions forget what they have read of the registry: this session at its next command,
/// the others when the transaction commits.
void invalidate_registry();

/// Returns a number that changes whenever what this session has read of the registry may be out of
/// date.
uint64 registry_generation();

/// Returns vecext.collections. Raises an ERROR 42P01 if extension vecext is not there.
Oid registry_or_error();

/// Executes a statement on the registry with the newest snapshot, even if the transaction has an
/// older one, as the server reads and writes its catalogs. Returns the number of rows, which are in
/// SPI_tuptable. The caller must be connected to SPI.
uint64 execute_on_registry(const char* statement, int count, Oid* types, Datum* arguments);

/// Locks on a number, as an object of vecext.collections, have one of these as their sub-id:
/// kLockOfName if the number is the hash of a name, kLockOfPoints if it is the OID of a table whose
/// points are counted.
inline constexpr uint16 kLockOfName = 0;
inline constexpr uint16 kLockOfPoints = 1;

/// Keeps other transactions from giving that name to a collection or an alias until this
/// transaction ends. A lock is needed as no index covers the names of both.
void lock_registry_name(const text* name);

/// Raises an ERROR 42P07 if a collection has the name or, unless `may_be_alias`, if an alias has
/// it. To be called as the owner of the registry, connected to SPI.
void check_registry_name(text* name, bool may_be_alias);

}  // namespace vecext::pg
