// The model of an index in memory: what every scan and insert needs besides the pages of lists. It
// is a copy of pages, current as long as the counts of changes in the meta page are the model's.
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

/// Floats of the stream of a model, mean and centroids, with room for `lists` lists.
inline std::size_t stream_floats(const Meta& meta, std::size_t lists) {
  return (1 + lists) * static_cast<std::size_t>(meta.rotated);
}

/// Bytes of the stream of a model with room for `lists` lists.
inline std::size_t stream_bytes(const Meta& meta, std::size_t lists) {
  return stream_floats(meta, lists) * sizeof(float);
}

/// Codes of the centroids of many lists (centroid_codes.h).
struct CentroidCodes {
  Codec codec;
  Rotation rotation;
  bool is_rotated;        // centroids are rotated before they are coded: model space is not
  std::uint64_t changes;  // the model's, when the codes were updated
  std::uint32_t residual_changes;  // the same
  std::int32_t lists;              // the same
  std::uint8_t* blocks = nullptr;  // null: there are none
  std::uint32_t* chains;           // of the list whose centroid is coded; 0: vacant
  float* weights;                  // what a code's product is multiplied by
  float* norms;                    // |c|^2
  float* residuals;                // as the entries'
  float* padded;                   // room for a centroid, and zeros: codec.dims floats each
  std::uint8_t* nibbles;           // room for a code

  /// Blocks of 32 for so many lists.
  static std::size_t blocks_for(std::int32_t lists) {
    return static_cast<std::size_t>((lists + kBlockLanes - 1) / kBlockLanes);
  }
  std::size_t block_bytes() const { return 16 * static_cast<std::size_t>(codec.groups()); }

  /// For an image (core/base/image.h) of the codes of so many lists.
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

/// Takes mean and centroids from `floats`, stream_floats() of them in the stream's order;
/// after derive().
void set_vectors(Model* model, float* floats);

struct Model {
  Meta meta;
  Codec codec;        // unless has_vectors()
  Rotation rotation;  // unless has_vectors()
  CodeLayout codes;
  VectorLayout vectors;
  float* mean;                   // D floats
  float* centroids;              // lists × D floats
  ListEntry* entries;            // lists
  PageId* directory;             // pages of the directory, in order
  PageId* stream;                // pages of the stream, in order
  std::int32_t room;             // lists that there is memory for
  CentroidCodes centroid_codes;  // none unless they were asked for

  /// Places of lists, vacant ones included.
  std::int32_t lists() const { return static_cast<std::int32_t>(meta.lists); }
  bool is_vacant(std::int32_t list) const { return !entries[list].counts(meta.head.changes); }
  std::int32_t dims() const { return meta.rotated; }
  bool has_vectors() const { return meta.bits == 0; }
  Rerank rerank() const { return static_cast<Rerank>(meta.rerank); }
  Metric metric() const { return static_cast<Metric>(meta.metric); }
  Element element() const { return static_cast<Element>(meta.element); }
  /// How vectors come to model space, that of centroids and codes; rotated where there are codes.
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

  /// For an image (core/base/image.h), of a model to read.
  template <class Visit>
  void each_array(const Visit& visit) {
    const auto lists = static_cast<std::size_t>(room);
    float* floats = mean;  // and the centroids, which follow it
    visit(&floats, stream_floats(meta, lists));
    set_vectors(this, floats);
    visit(&entries, lists);
    visit(&directory, lists / kEntriesPerPage + 1);
    visit(&stream, stream_pages(stream_bytes(meta, lists)) + 1);
    centroid_codes.each_array(room, visit);
  }
};

/// What of a loaded model has to be in an image of it: no room for further lists, nor for making
/// codes.
Model without_spare(const Model& model);

/// Copies a model, with its codes, into memory of `arena` with room for `spare` more lists. False:
/// out of memory.
bool copy_model(const Model& from, std::int32_t spare, Arena arena, Model* to);

/// True if the vectors of model space have as many dimensions as those of the column give them.
bool has_sound_dims(const Meta& meta);

/// True if all that the sizes of vectors and codes follow from is the same.
bool is_of_same_form(const Meta& a, const Meta& b);

/// Sets what follows from model->meta alone: codec, rotation, layouts.
void derive(Model* model);

/// Puts a list into its place, within model->room.
void set_list(Model* model, std::int32_t place, const float* centroid, const ListEntry& entry);

/// True if the model is as the meta page `now` says.
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

/// Takes memory for the arrays of a model of meta->lists lists and `spare` more; after derive().
/// False: out of memory.
bool reserve_arrays(Model* model, std::int32_t spare, Arena arena);

/// Loads the model. A change meanwhile may leave a mixture of two states; load_model() checks that.
template <PageStore S>
Status load_model_once(S& store, Arena arena, std::int32_t spare, Model* model) {
  VECEXT_TRY(read_meta(store, &model->meta));
  if (!has_sound_dims(model->meta)) {
    return corrupt();
  }
  derive(model);
  model->centroid_codes = {};
  const auto lists = static_cast<std::size_t>(model->lists());
  // A damaged number of lists must not allocate more than the index could hold.
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
