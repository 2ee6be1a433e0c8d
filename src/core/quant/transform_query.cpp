#include "core/quant/transform_query.h"

#include "core/kernel/kernel.h"
#include "core/quant/vector_distance.h"

namespace vecext {

bool transform_query(const VectorTransform& transform, const void* stored, Arena arena,
                     TransformedQuery* query) {
  const auto dims = static_cast<std::size_t>(transform.dims);
  auto* x = arena.array<float>(dims);
  auto* vector = arena.array<float>(static_cast<std::size_t>(transform.rotated));
  if (x == nullptr || vector == nullptr) {
    return false;
  }
  widen(transform.element, stored, transform.dims, x);
  transform_vector(transform, x, true, vector);
  // -<q, x> = -<q, x - mean> - <q, mean>.
  *query = {vector, transform.metric == Metric::kInnerProduct
                        ? -kernel::active().f32.inner_product(x, transform.mean, dims)
                        : 0};
  return true;
}

}  // namespace vecext
