#include "pg/func/survey.h"

#include "pg/am/model_cache.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/tableam.h"
#include "catalog/index.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

Survey survey_lists(Relation index, const SurveyVisitor& visitor, Finding* finding) {
  for (;;) {
    // Of its own: a visitor may run an expression of the index, which may come here too.
    BufferStore store(index, nullptr);
    const Arena arena = context_arena(CurrentMemoryContext);
    Model model;
    check_index(index, load_model(store, arena, 0, &model));
    visitor.begin(visitor.rows.context, {model.space(), model.own()});
    Survey survey;
    *finding = {};
    check_index(index, verify(store, model, RelationGetNumberOfBlocks(index), visitor.rows, arena,
                              &survey, finding));
    Meta now{};
    check_index(index, read_meta(store, &now));
    if (now.changes == model.meta.changes) {
      return survey;
    }
  }
}

GraphSurvey survey_graph(Relation index, const SurveyVisitor& visitor, Finding* finding) {
  BufferStore store(index, nullptr);
  const Arena arena = context_arena(CurrentMemoryContext);
  GraphModel model;
  check_index(index, load_graph(store, arena, &model));
  visitor.begin(visitor.rows.context, {model.space, model.own()});
  GraphSurvey survey;
  *finding = {};
  check_index(index, verify_graph(store, model, RelationGetNumberOfBlocks(index), visitor.rows,
                                  arena, &survey, finding));
  return survey;
}

void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context) {
  IndexInfo* info = BuildIndexInfo(index);
  info->ii_Concurrent = true;  // others may write meanwhile
  const TableScanDesc scan =
      table_beginscan_strat(heap, GetActiveSnapshot(), 0, nullptr, true, true);
  table_index_build_scan(heap, index, info, true, false, callback, context, scan);
}

}  // namespace vecext::pg
