#include "pg/am/bm25/text_config.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/text/text_values.h"
#include "pg/sys/catalog.h"
#include "pg/text/config_hash.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_ts_config.h"
#include "utils/fmgroids.h"
}

namespace vecext::pg {

namespace {

void warn(Relation index, const char* what, const char* hint) {
  ereport(
      WARNING,
      (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
       errmsg("text search configuration \"%s\" of index \"%s\" %s",
              cached_postings(index)->model.meta.config_name, RelationGetRelationName(index), what),
       errdetail("Searches may miss rows that were indexed before."), errhint("%s", hint)));
}

bool depends(Oid index, Oid config) {
  const Relation rows = table_open(DependRelationId, AccessShareLock);
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(RelationRelationId));
  ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(index));
  const SysScanDesc scan =
      systable_beginscan(rows, DependDependerIndexId, true, nullptr, lengthof(keys), keys);
  bool is_found = false;
  for (HeapTuple row; !is_found && HeapTupleIsValid(row = systable_getnext(scan));) {
    const auto* form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(row));
    is_found = form->refclassid == TSConfigRelationId && form->refobjid == config;
  }
  systable_endscan(scan);
  table_close(rows, AccessShareLock);
  return is_found;
}

void add_dependency(Oid index, Oid config) {
  const ObjectAddress self{RelationRelationId, index, 0};
  const ObjectAddress on{TSConfigRelationId, config, 0};
  recordDependencyOn(&self, &on, DEPENDENCY_NORMAL);
}

}  // namespace

void depend_on_config(Relation index, Oid config) {
  const bool has_expressions =
      RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL;
  // Expressions may depend on configurations, too.
  if (!has_expressions) {
    deleteDependencyRecordsForClass(RelationRelationId, RelationGetRelid(index), TSConfigRelationId,
                                    DEPENDENCY_NORMAL);
  }
  add_dependency(RelationGetRelid(index), config);
  if (!index->rd_rel->relispartition) {
    return;
  }
  // DROP … CASCADE takes no partition of an index without the index itself.
  ListCell* cell;
  foreach (cell, get_partition_ancestors(RelationGetRelid(index))) {
    if (!depends(lfirst_oid(cell), config)) {
      add_dependency(lfirst_oid(cell), config);
    }
  }
}

void warn_of_changed_config(Relation index) {
  if (text_kind_of(index) == TextKind::kVector) {
    return;  // it reads words of queries alone
  }
  const TextMeta& meta = cached_postings(index)->model.meta;
  const Oid config = find_text_config(meta.config_name);
  if (!OidIsValid(config)) {
    warn(index, "does not exist",
         "Set text_config to another one, and rebuild the index with REINDEX.");
  } else if (text_config_hash(config) != meta.config) {
    warn(index, "has changed since the index was built", "Rebuild the index with REINDEX.");
  }
}

}  // namespace vecext::pg
