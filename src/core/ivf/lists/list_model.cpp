#include "core/ivf/lists/list_model.h"

#include <algorithm>

#include "core/ivf/lists/centroid_codes.h"
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
         a.seed == b.seed;
}

void derive(Model* model) {
  const Meta& meta = model->meta;
  model->codec = {model->metric(), meta.bits, meta.rotated, meta.coded};
  model->rotation = {meta.rotated, meta.seed};
  model->codes = code_layout(model->codec.groups(), rerank_bytes(model->rerank(), meta.rotated));
  model->vectors = {stored_bytes(model->element(), meta.dims)};
}

void set_vectors(Model* model, float* floats) {
  model->mean = floats;
  model->centroids = floats + model->dims();
}

bool reserve_arrays(Model* model, std::int32_t spare, Arena arena) {
  model->room = model->lists() + spare;
  const auto room = static_cast<std::size_t>(model->room);
  float* vectors = arena.array<float>(stream_floats(model->meta, room));
  model->entries = arena.array<ListEntry>(room);
  model->directory = arena.array<PageId>(room / kEntriesPerPage + 1);
  model->stream = arena.array<PageId>(stream_pages(stream_bytes(model->meta, room)) + 1);
  if (vectors == nullptr || model->entries == nullptr || model->directory == nullptr ||
      model->stream == nullptr) {
    return false;
  }
  set_vectors(model, vectors);
  return true;
}

Model without_spare(const Model& model) {
  Model whole = model;
  whole.room = model.lists();
  whole.centroid_codes.padded = nullptr;
  whole.centroid_codes.nibbles = nullptr;
  return whole;
}

bool copy_model(const Model& from, std::int32_t spare, Arena arena, Model* to) {
  *to = from;
  if (!reserve_arrays(to, spare, arena) || !reserve_centroid_codes(to, arena)) {
    return false;
  }
  const auto lists = static_cast<std::size_t>(from.lists());
  std::copy_n(from.mean, stream_floats(from.meta, lists), to->mean);
  std::copy_n(from.entries, lists, to->entries);
  std::copy_n(from.directory, lists / kEntriesPerPage + 1, to->directory);
  std::copy_n(from.stream, stream_pages(stream_bytes(from.meta, lists)), to->stream);
  copy_centroid_codes(from, to);
  return true;
}

void set_list(Model* model, std::int32_t place, const float* centroid, const ListEntry& entry) {
  const auto dims = static_cast<std::size_t>(model->dims());
  __builtin_memcpy(model->centroids + static_cast<std::size_t>(place) * dims, centroid,
                   dims * sizeof(float));
  model->entries[place] = entry;
}

}  // namespace vecext::ivf
