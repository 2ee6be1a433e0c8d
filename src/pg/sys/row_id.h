// Converts between the server's item pointers and the core's row ids.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/itemptr.h"
}

namespace vecext::pg {

inline RowId row_id(const ItemPointerData& tid) {
  return {ItemPointerGetBlockNumberNoCheck(&tid), ItemPointerGetOffsetNumberNoCheck(&tid)};
}

inline ItemPointerData item_pointer(RowId row) {
  ItemPointerData tid;
  ItemPointerSet(&tid, row.page, row.line);
  return tid;
}

}  // namespace vecext::pg
