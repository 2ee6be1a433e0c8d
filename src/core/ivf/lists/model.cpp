#include "core/ivf/lists/model.h"

#include "core/quant/vector_distance.h"

namespace vecext::ivf {

bool has_sound_dims(const Meta& meta) {
  const bool is_bit = static_cast<Element>(meta.element) == Element::kBit;
  return meta.rotated == (meta.bits == 0 ? meta.dims : rotated_dims(meta.dims)) &&
         !(is_bit && meta.bits != 0);
}

bool is_of_same_form(const Meta& a, const Meta& b) {
  return a.element == b.element && a.metric == b.metric && a.bits == b.bits &&
         a.rerank == b.rerank && a.dims == b.dims && a.rotated == b.rotated && a.coded == b.coded &&
         a.quantizer == b.quantizer && a.seed == b.seed;
}

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
