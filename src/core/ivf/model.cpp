#include "core/ivf/model.h"

#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

void derive(Model* model) {
  const Meta& meta = model->meta;
  model->codec = {model->metric(), meta.bits, meta.rotated, meta.coded};
  model->rotation = {meta.rotated, meta.seed};
  model->codes = {model->codec.groups()};
  model->vectors = {stored_bytes(model->element(), meta.dims)};
}

std::size_t stored_bytes(Element element, std::int32_t dims) {
  const auto n = static_cast<std::size_t>(dims);
  switch (element) {
    case Element::kFloat:
      return n * sizeof(float);
    case Element::kHalf:
      return n * sizeof(Half);
    case Element::kBit:
      break;
  }
  return (n + 7) / 8;
}

void to_model_space(const Model& model, const float* x, bool is_query, float* out) {
  const std::int32_t dims = model.meta.dims;
  const Metric metric = model.metric();
  float scale = 1;
  if (metric == Metric::kCosine) {
    const double norm =
        std::sqrt(kernel::active().f32.norm_squared(x, static_cast<std::size_t>(dims)));
    scale = norm > 0 ? static_cast<float>(1 / norm) : 0;
  }
  const bool centred = !(is_query && metric == Metric::kInnerProduct);
  for (std::int32_t i = 0; i < dims; ++i) {
    out[i] = x[i] * scale - (centred ? model.mean[i] : 0);
  }
  for (std::int32_t i = dims; i < model.dims(); ++i) {
    out[i] = 0;
  }
  if (!model.has_vectors()) {
    rotate(model.rotation, out);
  }
}

}  // namespace vecext
