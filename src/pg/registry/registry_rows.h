// Reads rows of tables in schema vecext, as the server reads rows of catalogs.
#pragma once

#include "pg/registry/registry_tables.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/table.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Calls use(values, nulls) for rows of a table in schema vecext: those that satisfy `key`, by the
/// index `index_name`, or all if both are null. Calls nothing if the extension is not there. The
/// rows are read with the newest snapshot, as catalogs are: a cache must not have what only an old
/// transaction sees.
template <class Use>
void read_rows(const char* table_name, const char* index_name, ScanKey key, Use use) {
  const Oid table_oid = registry_table(table_name);
  if (!OidIsValid(table_oid)) {
    return;
  }
  const Relation table = table_open(table_oid, AccessShareLock);
  const Oid index = index_name == nullptr ? InvalidOid : registry_table(index_name);
  const SysScanDesc scan =
      systable_beginscan(table, index, OidIsValid(index), nullptr, key == nullptr ? 0 : 1, key);
  const int columns = RelationGetDescr(table)->natts;
  auto* values = palloc_array<Datum>(columns);
  auto* nulls = palloc_array<bool>(columns);
  for (HeapTuple row; HeapTupleIsValid(row = systable_getnext(scan));) {
    heap_deform_tuple(row, RelationGetDescr(table), values, nulls);
    use(values, nulls);
  }
  systable_endscan(scan);
  table_close(table, AccessShareLock);
  pfree(values);
  pfree(nulls);
}

/// Does the same for the rows whose column `column` equals `value`.
template <class Use>
void read_rows(const char* table_name, const char* index_name, AttrNumber column,
               RegProcedure equal, Oid collation, Datum value, Use use) {
  ScanKeyData key;
  ScanKeyEntryInitialize(&key, 0, column, BTEqualStrategyNumber, InvalidOid, collation, equal,
                         value);
  read_rows(table_name, index_name, &key, use);
}

}  // namespace vecext::pg
