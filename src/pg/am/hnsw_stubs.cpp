// TEMPORARY: what hnsw does not do yet. Goes when the graph is there.
#include "pg/am/hnsw_build.h"
#include "pg/am/hnsw_insert.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/hnsw_scan.h"
#include "pg/am/hnsw_vacuum.h"
#include "pg/am/indexed_value.h"

namespace vecext::pg {

namespace {

[[noreturn]] void raise_missing() {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("access method \"hnsw\" is not implemented yet")));
}

}  // namespace

IndexBuildResult* hnsw_build(Relation, Relation index, IndexInfo*) {
  column_dims(index, opclass_of(index));
  check_hnsw_options(hnsw_options(index));
  raise_missing();
}

void hnsw_build_empty(Relation) {
  raise_missing();
}

bool hnsw_insert(Relation, Datum*, bool*, ItemPointer, Relation, IndexUniqueCheck, bool,
                 IndexInfo*) {
  raise_missing();
}

IndexScanDesc hnsw_begin_scan(Relation, int, int) {
  raise_missing();
}

IndexBulkDeleteResult* hnsw_bulk_delete(IndexVacuumInfo*, IndexBulkDeleteResult*,
                                        IndexBulkDeleteCallback, void*) {
  raise_missing();
}

IndexBulkDeleteResult* hnsw_vacuum_cleanup(IndexVacuumInfo*, IndexBulkDeleteResult*) {
  raise_missing();
}

}  // namespace vecext::pg
