#include "pg/am/maintenance/row_insert.h"

#include "pg/am/common/being_built.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

RowInsert* row_insert(Relation index, IndexInfo* info) {
  check_not_being_built(index);
  if (info->ii_AmCache == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(info->ii_Context);
    const OpclassInfo opclass = opclass_of(index);
    info->ii_AmCache = palloc_object<RowInsert>(
        RowInsert{AllocSetContextCreate(info->ii_Context, "vecext insert", ALLOCSET_DEFAULT_SIZES),
                  ValueReader(opclass, column_dims(index, opclass), info->ii_Context)});
    MemoryContextSwitchTo(before);
  }
  return static_cast<RowInsert*>(info->ii_AmCache);
}

}  // namespace vecext::pg
