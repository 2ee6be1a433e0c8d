#include "pg/am/hnsw/hnsw.h"

#include "core/graph/format/graph_verify.h"
#include "core/graph/flat/sketch_verify.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_recall.h"

namespace vecext::pg {

namespace {

/// Checks a graph. If `has_lists` is true, also checks the codes of its lists, which takes as long
/// again.
GraphSummary summarize_graph(Relation index, const VerifyVisitor& visitor, bool has_lists,
                             VerifyFinding* finding) {
  GraphSummary summary;
  walk_pages(index, [&](BufferStore& store, Arena arena) {
    GraphModel model;
    check_model(index, load_graph(store, arena, &model), model);
    visitor.begin(visitor.rows.context, {model.transform, model.rerank()});
    *finding = {};
    const Status status = verify_graph(store, &model, visitor.rows, arena, &summary, finding);
    return has_lists && status.ok() && finding->what == nullptr
               ? verify_all_lists(store, model, arena, finding)
               : status;
  });
  return summary;
}

}  // namespace

void verify_graph_index(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding) {
  summarize_graph(index, visitor, true, finding);
}

IndexDescription describe_graph(Relation index) {
  VerifyFinding finding;
  const GraphSummary summary = summarize_graph(index, kNoVisitor, false, &finding);
  check_finding(index, finding);
  const CachedGraph* cached = cached_graph(index);
  const GraphModel& model = cached->model;
  IndexDescription description;
  description.metric = metric_name(model.metric());
  description.dims = model.meta.dims;
  description.bits = model.is_flat() ? 0 : 1;
  description.coded = model.is_flat() ? 0 : model.meta.coded;
  description.rerank = rerank_name(static_cast<Rerank>(model.meta.rerank));
  description.rows = summary.rows + summary.pending_rows;
  description.degree = model.meta.degree;
  description.nodes = summary.nodes;
  description.pending = summary.pending_rows;
  description.dead = summary.dead();
  if (is_for_recall(model)) {
    description.expected_recall =
        expected_recall_of(calibration_for(model, cached->effort, SearchWay::kPlain, kLeastInView));
    description.for_more_recall = alternative_to(model);
  }
  return description;
}

}  // namespace vecext::pg
