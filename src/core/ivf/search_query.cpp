#include "core/ivf/search_query.h"

#include <cmath>

#include "core/quant/vector_distance.h"
#include "core/kernel/kernel.h"

namespace vecext {

bool prepare_search(const Model& model, const void* stored, Arena arena, SearchQuery* query) {
  const auto in_dims = static_cast<std::size_t>(model.meta.dims);
  float* x = arena.array<float>(in_dims);
  float* rotated = arena.array<float>(static_cast<std::size_t>(model.dims()));
  auto* table = arena.array<std::uint8_t>(
      model.has_vectors() ? 0 : 16 * static_cast<std::size_t>(model.codes.groups));
  if (x == nullptr || rotated == nullptr || table == nullptr) {
    return false;
  }
  widen(model.element(), stored, model.meta.dims, x);
  transform_vector(model.transform(), x, true, rotated);
  *query = {.rotated = rotated, .table = {table, 0, 0}, .shift = 0, .rerank = {}, .stored = stored};
  if (model.metric() == Metric::kInnerProduct) {
    // -<q, x> = -<q, x - mean> - <q, mean>.
    query->shift = -kernel::active().f32.inner_product(x, model.mean, in_dims);
  }
  if (!model.has_vectors()) {
    prepare_query(model.codec, rotated, &query->table);
  }
  if (model.rerank() != Rerank::kNone) {
    const auto dims = static_cast<std::size_t>(model.dims());
    const auto& kernels = kernel::active().f32;
    query->rerank = {.q = rotated,
                     .norm = std::sqrt(kernels.norm_squared(rotated, dims)),
                     .mean_norm = std::sqrt(kernels.norm_squared(model.mean, dims)),
                     .shift = query->shift};
  }
  return true;
}

}  // namespace vecext
