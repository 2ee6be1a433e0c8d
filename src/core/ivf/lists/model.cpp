#include "core/ivf/lists/model.h"

#include "core/quant/vector_distance.h"

namespace vecext::ivf {

void derive(Model* model) {
  const Meta& meta = model->meta;
  model->codec = {model->metric(), meta.bits, meta.rotated, meta.coded};
  model->rotation = {meta.rotated, meta.seed};
  model->codes = code_layout(model->codec.groups(), rerank_bytes(model->rerank(), meta.rotated));
  model->vectors = {stored_bytes(model->element(), meta.dims)};
}

void set_vectors(Model* model, float* floats) {
  model->codebook = model->has_codebook() ? floats : nullptr;
  model->codec.codebook = model->codebook;
  model->centroids = floats + floats_before_centroids(model->meta);
  model->mean = model->centroids - model->dims();
}

void set_list(Model* model, std::int32_t place, const float* centroid, const ListEntry& entry) {
  const auto dims = static_cast<std::size_t>(model->dims());
  __builtin_memcpy(model->centroids + static_cast<std::size_t>(place) * dims, centroid,
                   dims * sizeof(float));
  model->entries[place] = entry;
}

}  // namespace vecext::ivf
