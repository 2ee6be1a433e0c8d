// The model of an index in memory: everything that scans and inserts need besides the pages of
// lists. It is a copy of pages, and is current as long as its counts of changes equal those in the
// meta page.
#pragma once

#include "core/base/arena.h"
#include "core/page/code_page.h"
#include "core/page/directory_page.h"
#include "core/page/meta_page.h"
#include "core/page/store.h"
#include "core/page/stream.h"
#include "core/page/vector_page.h"
#include "core/quant/codec.h"
#include "core/quant/rerank_vector.h"
#include "core/quant/rotation.h"
#include "core/quant/transform.h"

namespace vecext::ivf {

/// Returns how many floats a model's stream has if there is room for `lists` lists in it: the mean
/// and the centroids.
inline std::size_t stream_floats(const Meta& meta, std::size_t lists) {
  return (1 + lists) * static_cast<std::size_t>(meta.rotated);
}

/// Returns how many bytes a model's stream has if there is room for `lists` lists in it.
inline std::size_t stream_bytes(const Meta& meta, std::size_t lists) {
  return stream_floats(meta, lists) * sizeof(float);
}

/// Codes of the centroids of many lists (centroid_codes.h).
struct CentroidCodes {
  Codec codec;
  Rotation rotation;
  bool is_rotated;        // true if centroids are rotated before they are coded, because model
                          // space is not rotated
  std::uint64_t changes;  // the model's count of changes when the codes were updated
  std::uint32_t residual_changes;  // its count of changes of residuals then
  std::int32_t lists;              // lists that the model had then
  std::uint8_t* blocks = nullptr;  // null if there are no codes
  std::uint32_t* chains;  // chain of the list whose centroid is coded; 0 if the list's place is
                          // vacant
  float* weights;         // what a code's product is multiplied by
  float* norms;           // |c|^2 of each centroid
  float* residuals;       // mean squared residuals, as in the entries
  float* padded;          // room for a padded centroid, and as many zeros: codec.dims floats each
  std::uint8_t* nibbles;  // room for a code

  /// Returns how many blocks of 32 codes `lists` lists need.
  static std::size_t blocks_for(std::int32_t lists) {
    return static_cast<std::size_t>((lists + kBlockLanes - 1) / kBlockLanes);
  }
  std::size_t block_bytes() const { return 16 * static_cast<std::size_t>(codec.groups()); }

  /// Serves to make an image (core/base/image.h) of the codes of `room` lists.
  template <class Visit>
  void each_array(std::int32_t room, const Visit& visit) {
    const std::size_t lanes = blocks_for(room) * kBlockLanes;
    visit(&blocks, blocks_for(room) * block_bytes());
    visit(&chains, lanes);
    visit(&weights, lanes);
    visit(&norms, lanes);
    visit(&residuals, lanes);
  }
};

struct Model;

/// Makes the mean and the centroids point into `floats`, which has stream_floats() floats in the
/// order of the stream. Call it after derive().
void set_vectors(Model* model, float* floats);

struct Model {
  Meta meta;
  Codec codec;        // valid unless has_vectors()
  Rotation rotation;  // valid unless has_vectors()
  CodeLayout codes;
  VectorLayout vectors;
  float* mean;                   // D floats
  float* centroids;              // lists × D floats
  ListEntry* entries;            // one for each list
  PageId* directory;             // pages of the directory, in order
  PageId* stream;                // pages of the stream, in order
  std::int32_t room;             // for how many lists there is memory
  CentroidCodes centroid_codes;  // empty unless they were asked for

  /// Returns the number of the model's places for lists, including vacant ones.
  std::int32_t lists() const { return static_cast<std::int32_t>(meta.lists); }
  bool is_vacant(std::int32_t list) const { return !entries[list].counts(meta.head.changes); }
  std::int32_t dims() const { return meta.rotated; }
  bool has_vectors() const { return meta.bits == 0; }
  Rerank rerank() const { return static_cast<Rerank>(meta.rerank); }
  Metric metric() const { return static_cast<Metric>(meta.metric); }
  Element element() const { return static_cast<Element>(meta.element); }
  /// Returns how vectors are transformed to model space, where centroids and codes are. Model space
  /// is rotated if lists have codes.
  VectorTransform transform() const {
    return {.metric = metric(),
            .element = element(),
            .dims = meta.dims,
            .rotated = meta.rotated,
            .is_rotated = !has_vectors(),
            .rotation = rotation,
            .mean = mean};
  }
  const float* centroid(std::int32_t list) const {
    return centroids + static_cast<std::size_t>(list) * static_cast<std::size_t>(meta.rotated);
  }

  /// Serves to make an image (core/base/image.h) of a model that is only read.
  template <class Visit>
  void each_array(const Visit& visit) {
    const auto lists = static_cast<std::size_t>(room);
    float* floats = mean;  // the centroids follow the mean
    visit(&floats, stream_floats(meta, lists));
    set_vectors(this, floats);
    visit(&entries, lists);
    visit(&directory, lists / kEntriesPerPage + 1);
    visit(&stream, stream_pages(stream_bytes(meta, lists)) + 1);
    centroid_codes.each_array(room, visit);
  }
};

/// Returns the part of a loaded model that an image of it needs. It has no room for further lists,
/// nor for making codes.
Model without_spare(const Model& model);

/// Copies a model, with its codes, into memory of `arena` with room for `spare` more lists. Returns
/// false if memory runs out.
bool copy_model(const Model& from, std::int32_t spare, Arena arena, Model* to);

/// True if vectors of model space have as many dimensions as the dimensions of the column require.
bool has_sound_dims(const Meta& meta);

/// True if everything is equal in `a` and `b` that the sizes of vectors and codes depend on.
bool is_of_same_form(const Meta& a, const Meta& b);

/// Sets what follows from model->meta alone: codec, rotation and layouts.
void derive(Model* model);

/// Sets the centroid and the entry of a place, which must be within model->room.
void set_list(Model* model, std::int32_t place, const float* centroid, const ListEntry& entry);

/// True if the model is of the state that the meta page `now` is in.
inline bool is_current(const Model& model, const Meta& now) {
  return now.head.changes == model.meta.head.changes &&
         now.residual_changes == model.meta.residual_changes;
}

/// Reads the meta page.
template <PageStore S>
Status read_meta(S& store, Meta* meta) {
  return store.read(kMetaPage, [meta](const std::byte* page) {
    const Status status = check_meta_page(page);
    if (status.ok()) {
      *meta = *meta_of(page);
    }
    return status;
  });
}

/// Reads the directory's entries and the numbers of its pages.
template <PageStore S>
Status read_directory(S& store, Model* model) {
  PageId page = model->meta.directory;
  const std::int32_t lists = model->lists();
  for (std::int32_t from = 0; from < lists; from += kEntriesPerPage) {
    model->directory[from / kEntriesPerPage] = page;
    const std::int32_t count = lists - from < kEntriesPerPage ? lists - from : kEntriesPerPage;
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) {
      const Status sound = check_page(bytes, PageKind::kDirectory);
      if (sound.ok()) {
        __builtin_memcpy(model->entries + from, list_entry(bytes, 0),
                         static_cast<std::size_t>(count) * sizeof(ListEntry));
        page = page_head(bytes)->next;
      }
      return sound;
    }));
  }
  return {};
}

/// Takes memory for the arrays of a model of meta->lists lists and `spare` more. Call it after
/// derive(). Returns false if memory runs out.
bool reserve_arrays(Model* model, std::int32_t spare, Arena arena);

/// Loads the model once. If the index changes meanwhile, the model may be a mixture of two states;
/// load_model() checks for that.
template <PageStore S>
Status load_model_once(S& store, Arena arena, std::int32_t spare, Model* model) {
  VECEXT_TRY(read_meta(store, &model->meta));
  if (!has_sound_dims(model->meta)) {
    return corrupt();
  }
  derive(model);
  model->centroid_codes = {};
  const auto lists = static_cast<std::size_t>(model->lists());
  // The number of lists may be damaged: no more memory is taken than the lists of the whole index
  // could need.
  if (stream_pages(stream_bytes(model->meta, lists)) > store.pages()) {
    return corrupt();
  }
  if (!reserve_arrays(model, spare, arena)) {
    return out_of_memory();
  }
  VECEXT_TRY(read_stream(store, model->meta.model, stream_bytes(model->meta, lists),
                         reinterpret_cast<std::byte*>(model->mean), model->stream));
  return read_directory(store, model);
}

/// Loads the whole model into memory of `arena`, with room for `spare` more lists.
template <PageStore S>
Status load_model(S& store, Arena arena, std::int32_t spare, Model* model) {
  for (;;) {
    VECEXT_TRY(load_model_once(store, arena, spare, model));
    Meta now;
    VECEXT_TRY(read_meta(store, &now));
    if (is_current(*model, now)) {
      return {};
    }
    store.poll();
  }
}

}  // namespace vecext::ivf
