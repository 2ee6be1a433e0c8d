#include "pg/func/survey.h"

#include "pg/am/model_cache.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/tableam.h"
#include "catalog/index.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

Survey survey_index(Relation index, const RowVisitor& visitor, void (*restart)(void*),
                    Finding* finding) {
  for (;;) {
    CachedIndex* cached = cached_index(index);
    const uint64 changes = cached->model.meta.changes;
    BufferStore store(index, &cached->buffers);
    Survey survey;
    *finding = {};
    check_index(index, verify(store, cached->model, RelationGetNumberOfBlocks(index), visitor,
                              context_arena(CurrentMemoryContext), &survey, finding));
    if (cached_index(index)->model.meta.changes == changes) {
      return survey;
    }
    restart(visitor.context);
  }
}

void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context) {
  IndexInfo* info = BuildIndexInfo(index);
  info->ii_Concurrent = true;  // others may write meanwhile
  const TableScanDesc scan =
      table_beginscan_strat(heap, GetActiveSnapshot(), 0, nullptr, true, true);
  table_index_build_scan(heap, index, info, true, false, callback, context, scan);
}

}  // namespace vecext::pg
