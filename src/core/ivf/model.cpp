#include "core/ivf/model.h"

#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

void derive(Model* model) {
  const Meta& meta = model->meta;
  model->codec = {model->metric(), meta.bits, meta.rotated, meta.coded};
  model->rotation = {meta.rotated, meta.seed};
  model->codes = code_layout(model->codec.groups(), own_bytes(model->own(), meta.rotated));
  model->vectors = {stored_bytes(model->element(), meta.dims)};
}

void set_vectors(Model* model, float* floats) {
  model->codebook = model->has_codebook() ? floats : nullptr;
  model->codec.codebook = model->codebook;
  model->centres = floats + floats_before_centres(model->meta);
  model->mean = model->centres - model->dims();
}

void set_list(Model* model, std::int32_t place, const float* centre, const ListEntry& entry) {
  const auto dims = static_cast<std::size_t>(model->dims());
  __builtin_memcpy(model->centres + static_cast<std::size_t>(place) * dims, centre,
                   dims * sizeof(float));
  model->entries[place] = entry;
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
