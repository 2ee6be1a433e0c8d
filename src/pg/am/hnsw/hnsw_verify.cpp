#include "pg/am/hnsw/hnsw_verify.h"

#include "core/graph/format/graph_verify.h"
#include "pg/am/hnsw/graph_cache.h"

namespace vecext::pg {

namespace {

GraphSurvey survey_graph(Relation index, const VerifyVisitor& visitor, Finding* finding) {
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

}  // namespace

void verify_graph_index(Relation index, const VerifyVisitor& visitor, Finding* finding) {
  survey_graph(index, visitor, finding);
}

IndexDescription describe_graph(Relation index) {
  Finding finding;
  const GraphSurvey survey = survey_graph(index, kNoVisitor, &finding);
  check_finding(index, finding);
  const GraphModel& model = cached_graph(index)->model;
  IndexDescription description;
  description.metric = metric_name(model.metric());
  description.dims = model.meta.dims;
  description.bits = model.is_flat() ? 0 : 1;
  description.coded = model.is_flat() ? 0 : model.meta.coded;
  description.quantizer = "rabitq";
  description.rerank = rerank_name(static_cast<Rerank>(model.meta.rerank));
  description.rows = survey.rows + survey.pending_rows;
  description.degree = model.meta.degree;
  description.nodes = survey.nodes;
  description.pending = survey.pending_rows;
  description.dead = survey.dead();
  return description;
}

}  // namespace vecext::pg
