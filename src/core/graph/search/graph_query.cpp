#include "core/graph/search/graph_query.h"

#include <cmath>

#include "core/quant/estimate_bounds.h"
#include "core/quant/vector_distance.h"

namespace vecext {

bool prepare_search(const GraphModel& model, const void* stored, Arena arena, GraphQuery* query) {
  const auto in_dims = static_cast<std::size_t>(model.meta.dims);
  const auto dims = static_cast<std::size_t>(model.dims());
  float* x = arena.array<float>(in_dims);
  float* rotated = arena.array<float>(dims);
  auto* table = arena.array<std::uint8_t>(16 * static_cast<std::size_t>(model.layout.groups));
  if (x == nullptr || rotated == nullptr || table == nullptr) {
    return false;
  }
  const auto& kernels = kernel::active().f32;
  widen(model.transform.element, stored, model.meta.dims, x);
  transform_vector(model.transform, x, true, rotated);
  // -<q, x> = -<q, x - mean> - <q, mean>.
  const double shift = model.metric() == Metric::kInnerProduct
                           ? -kernels.inner_product(x, model.transform.mean, in_dims)
                           : 0;
  prepare_rotated(model, rotated, shift, table, query);
  return true;
}

void prepare_rotated(const GraphModel& model, const float* rotated, double shift,
                     std::uint8_t* table, GraphQuery* query) {
  const auto& kernels = kernel::active().f32;
  const auto dims = static_cast<std::size_t>(model.dims());
  *query = {.rotated = rotated,
            .table = {table, 0, 0},
            .rerank = {.q = rotated,
                       .norm = std::sqrt(kernels.norm_squared(rotated, dims)),
                       .mean_norm = std::sqrt(kernels.norm_squared(model.transform.mean, dims)),
                       .shift = shift}};
  prepare_query(model.codec, rotated, &query->table);
}

kernel::EstimateTerms estimate_terms(const GraphModel& model, const GraphQuery& query, float scale,
                                     double key, double norm_squared) {
  const float share = center_share(model.metric(), static_cast<float>(query.rerank.shift - key),
                                   static_cast<float>(norm_squared));
  return {.base = static_cast<float>(key),
          .scale = scale * share,
          .step = query.table.step / share,
          .offset = query.table.offset / share,
          .slack = 0};
}

}  // namespace vecext
