#include "pg/inspect/distributed.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// Returns the column of Citus's catalog that names tables, or InvalidAttrNumber if the relation
/// does not look like that catalog.
AttrNumber table_column(Relation catalog) {
  if (catalog->rd_rel->relkind != RELKIND_RELATION || catalog->rd_rel->relam != HEAP_TABLE_AM_OID) {
    return InvalidAttrNumber;
  }
  const AttrNumber column = get_attnum(RelationGetRelid(catalog), "logicalrelid");
  if (column <= 0) {
    return InvalidAttrNumber;
  }
  const Oid type = get_atttype(RelationGetRelid(catalog), column);
  return type == OIDOID || type == REGCLASSOID ? column : InvalidAttrNumber;
}

}  // namespace

bool is_distributed(Oid table) {
  const Oid oid = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
  const Relation catalog = OidIsValid(oid) ? try_relation_open(oid, AccessShareLock) : nullptr;
  if (catalog == nullptr) {
    return false;
  }
  bool found = false;
  if (const AttrNumber column = table_column(catalog); column != InvalidAttrNumber) {
    ScanKeyData key;
    ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    const SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 1, &key);
    found = systable_getnext(scan) != nullptr;
    systable_endscan(scan);
  }
  relation_close(catalog, AccessShareLock);
  return found;
}

}  // namespace vecext::pg
