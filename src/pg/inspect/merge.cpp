// vecext.merge(regclass): brings the lists of an index into order, or its pending rows into its
// graph.
#include "pg/am/hnsw_options.h"
#include "pg/am/hnsw_rebuild.h"
#include "pg/am/index_cache.h"
#include "pg/am/ivf_rebalance.h"
#include "pg/inspect/open_index.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "miscadmin.h"
#include "utils/acl.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_merge)
{
  const Relation index = open_index(PG_GETARG_OID(0));
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  if (!owns_relation(RelationGetRelid(heap))) {
    aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_INDEX, RelationGetRelationName(index));
  }
  PreventCommandDuringRecovery("vecext.merge()");
  if (!RelationUsesLocalBuffers(index)) {
    PreventCommandIfReadOnly("vecext.merge()");
  }
  const int64 changes = as_owner(heap, [index, heap] {
    lock_changes(index);
    const int64 done = is_hnsw(index) ? rebuild_graph(index) : compact_lists(index, heap, nullptr);
    unlock_changes(index);
    return done;
  });
  table_close(heap, AccessShareLock);
  index_close(index, AccessShareLock);
  PG_RETURN_INT64(changes);
}

}  // namespace vecext::pg
