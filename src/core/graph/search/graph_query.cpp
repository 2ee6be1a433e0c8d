#include "core/graph/search/graph_query.h"

#include "core/quant/estimate_bounds.h"
#include "core/quant/transform.h"

namespace vecext {

bool prepare_search(const GraphModel& model, const void* stored, Arena arena, GraphQuery* query) {
  TransformedQuery transformed{};
  auto* table = arena.array<std::uint8_t>(16 * static_cast<std::size_t>(model.layout.groups));
  if (table == nullptr || !transform_query(model.transform, stored, arena, &transformed)) {
    return false;
  }
  prepare_rotated(model, transformed.vector, transformed.shift, table, query);
  return true;
}

void prepare_rotated(const GraphModel& model, const float* rotated, double shift,
                     std::uint8_t* table, GraphQuery* query) {
  *query = {.table = {table, 0, 0},
            .rerank = rerank_query(rotated, model.transform.mean, model.dims(), shift)};
  prepare_query(model.codec, rotated, &query->table);
}

kernel::EstimateTerms estimate_terms(const GraphModel& model, const GraphQuery& query, float scale,
                                     double score, double norm_squared) {
  const float share = center_share(model.metric(), static_cast<float>(query.rerank.shift - score),
                                   static_cast<float>(norm_squared));
  return {.base = static_cast<float>(score),
          .scale = scale * share,
          .step = query.table.step / share,
          .offset = query.table.offset / share,
          .slack = 0};
}

kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query, float scale) {
  const double squared = query.rerank.norm * query.rerank.norm;
  const double score = model.metric() == Metric::kInnerProduct ? query.rerank.shift : squared;
  kernel::EstimateTerms terms = estimate_terms(model, query, scale, score, 0);
  terms.slack = bound_slack(model.codec, query.table, static_cast<float>(squared));
  return terms;
}

}  // namespace vecext
