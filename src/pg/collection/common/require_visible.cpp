#include "pg/collection/common/result_rows.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// True if the snapshot sees the newest row of the relation in pg_class. This is the case unless
/// the row was changed a moment ago, or the snapshot is that of a long transaction.
bool sees_newest_row(Oid relid, Snapshot snapshot) {
  const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  if (!HeapTupleIsValid(row)) {
    return false;
  }
  const TransactionId xmin = HeapTupleHeaderGetXmin(row->t_data);
  ReleaseSysCache(row);
  return TransactionIdIsCurrentTransactionId(xmin) || !XidInMVCCSnapshot(xmin, snapshot);
}

/// True if the snapshot sees any row of the relation in pg_class.
bool sees_any_row(Oid relid, Snapshot snapshot) {
  const Relation relations = table_open(RelationRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
  const SysScanDesc scan = systable_beginscan(relations, ClassOidIndexId, true, snapshot, 1, &key);
  const bool is_there = HeapTupleIsValid(systable_getnext(scan));
  systable_endscan(scan);
  table_close(relations, AccessShareLock);
  return is_there;
}

}  // namespace

void require_visible(const Collection& collection, FunctionCallInfo fcinfo) {
  const Snapshot snapshot = GetActiveSnapshot();
  if (sees_newest_row(collection.relid, snapshot) ||
      func_volatile(fcinfo->flinfo->fn_oid) == PROVOLATILE_VOLATILE ||
      sees_any_row(collection.relid, snapshot)) {
    return;
  }
  ereport(ERROR,
          (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
           errmsg("collection \"%s\" was replaced after the statement had begun", collection.name),
           errhint("Run the statement again.")));
}

}  // namespace vecext::pg
