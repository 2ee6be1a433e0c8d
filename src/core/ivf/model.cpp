#include "core/ivf/model.h"

#include "core/quant/vector_distance.h"

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

}  // namespace vecext
