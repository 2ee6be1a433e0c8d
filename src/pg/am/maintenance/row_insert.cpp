#include "pg/am/maintenance/row_insert.h"

#include "pg/am/common/being_built.h"

namespace vecext::pg {

RowInsert* row_insert(Relation index, IndexInfo* info) {
  check_not_being_built(index);
  if (info->ii_AmCache == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(info->ii_Context);
    const OpclassInfo opclass = opclass_of(index);
    auto* insert = static_cast<RowInsert*>(palloc(sizeof(RowInsert)));
    *insert = {AllocSetContextCreate(info->ii_Context, "vecext insert", ALLOCSET_DEFAULT_SIZES),
               ValueReader(opclass, column_dims(index, opclass), info->ii_Context)};
    info->ii_AmCache = insert;
    MemoryContextSwitchTo(before);
  }
  return static_cast<RowInsert*>(info->ii_AmCache);
}

}  // namespace vecext::pg
