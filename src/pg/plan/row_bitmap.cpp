#include "pg/plan/row_bitmap.h"

#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/htup_details.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
}

namespace vecext::pg {

RowBits read_bitmap(PlanState* node, MemoryContext context) {
  RowBits rows(context_arena(context));
  auto* bitmap = reinterpret_cast<TIDBitmap*>(MultiExecProcNode(node));
  if (bitmap == nullptr || !IsA(bitmap, TIDBitmap)) {
    elog(ERROR, "unrecognized result from subplan");
  }
  BitmapPages pages(bitmap);
  bool has_memory = true;
  BitmapPage page;
  while (has_memory && pages.next(&page)) {
    CHECK_FOR_INTERRUPTS();
    has_memory = page.lines == nullptr
                     ? rows.add_whole(page.number, MaxHeapTuplesPerPage)
                     : page.count == 0 || rows.add(page.number, page.lines, page.count);
  }
  pages.end();
  tbm_free(bitmap);
  if (!has_memory) {
    raise({.code = StatusCode::kOutOfMemory});
  }
  return rows;
}

}  // namespace vecext::pg
