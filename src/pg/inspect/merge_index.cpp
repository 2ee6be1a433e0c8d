// vecext.merge(regclass): does all maintenance that inserts and VACUUM have left.
#include "pg/am/common/access_method.h"
#include "pg/am/common/index_cache.h"
#include "pg/inspect/open_index.h"
#include "pg/sys/list.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "miscadmin.h"
#include "utils/acl.h"
}

namespace vecext::pg {

namespace {

int64 merge_one(Oid oid) {
  const Relation index = open_index(oid);
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
    const int64 done = access_method_of(index)->merge(index, heap);
    unlock_changes(index);
    return done;
  });
  table_close(heap, AccessShareLock);
  index_close(index, AccessShareLock);
  return changes;
}

}  // namespace

VECEXT_FUNCTION(vecext_merge)
{
  int64 changes = 0;
  for (const Oid index : oids_of(indexes_of(PG_GETARG_OID(0)))) {
    changes += merge_one(index);
  }
  PG_RETURN_INT64(changes);
}

}  // namespace vecext::pg
