#include "pg/inspect/survey.h"

#include "pg/am/model_cache.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/tableam.h"
#include "catalog/index.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// Calls walk(store, arena, &is_over), a Status, until that says that nothing was made again
/// meanwhile: before, what it found is of pages that have become others.
template <class Walk>
void walk_pages(Relation index, Walk walk) {
  for (;;) {
    // Of its own: a visitor may run an expression of the index, which may come here too.
    BufferStore store(index, nullptr);
    bool is_over = false;
    const Status status = walk(store, context_arena(CurrentMemoryContext), &is_over);
    if (is_over) {
      check_index(index, status);
      return;
    }
    CHECK_FOR_INTERRUPTS();
  }
}

}  // namespace

Survey survey_lists(Relation index, const SurveyVisitor& visitor, Finding* finding) {
  Survey survey;
  walk_pages(index, [&](BufferStore& store, Arena arena, bool* is_over) {
    Model model;
    check_index(index, load_model(store, arena, 0, &model));
    visitor.begin(visitor.rows.context, {model.transform(), model.rerank()});
    *finding = {};
    const Status status = verify(store, model, visitor.rows, arena, &survey, finding);
    Meta now{};
    check_index(index, read_meta(store, &now));
    *is_over = now.changes == model.meta.changes;
    return status;
  });
  return survey;
}

GraphSurvey survey_graph(Relation index, const SurveyVisitor& visitor, Finding* finding) {
  GraphSurvey survey;
  walk_pages(index, [&](BufferStore& store, Arena arena, bool* is_over) {
    GraphModel model;
    check_index(index, load_graph(store, arena, &model));
    visitor.begin(visitor.rows.context, {model.transform, model.rerank()});
    *finding = {};
    const Status status = verify_graph(store, model, visitor.rows, arena, &survey, finding);
    GraphMeta now{};
    check_index(index, read_graph_meta(store, &now));
    *is_over = now.changes == model.meta.changes;
    return status;
  });
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
