#include "core/graph/graph_query.h"

#include <cmath>

#include "core/quant/anchor.h"
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
  widen(model.space.element, stored, model.meta.dims, x);
  to_space(model.space, x, true, rotated);
  const double squared = kernels.norm_squared(rotated, dims);
  *query = {.rotated = rotated,
            .table = {table, 0, 0},
            .own = {.q = rotated,
                    .norm = std::sqrt(squared),
                    .mean_norm = std::sqrt(kernels.norm_squared(model.space.mean, dims)),
                    .shift = 0}};
  if (model.metric() == Metric::kInnerProduct) {
    // -<q, x> = -<q, x - mean> - <q, mean>.
    query->own.shift = -kernels.inner_product(x, model.space.mean, in_dims);
  }
  prepare_query(model.codec, rotated, &query->table);
  return true;
}

kernel::EstimateTerms estimate_terms(const GraphModel& model, const GraphQuery& query, float scale,
                                     double key, double norm_squared) {
  const float share = anchor_share(model.metric(), static_cast<float>(query.own.shift - key),
                                   static_cast<float>(norm_squared));
  return {.base = static_cast<float>(key),
          .scale = scale * share,
          .step = query.table.step / share,
          .offset = query.table.offset / share,
          .slack = 0};
}

}  // namespace vecext
