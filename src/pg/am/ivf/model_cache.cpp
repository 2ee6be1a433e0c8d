#include "pg/am/ivf/model_cache.h"

#include <cmath>
#include <type_traits>

#include "core/base/image.h"
#include "core/effort/small_k.h"
#include "core/ivf/lists/centroid_codes.h"
#include "core/ivf/lists/refresh.h"
#include "core/ivf/search/early_termination.h"
#include "pg/am/common/target_recall.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "lists";

/// A loaded model has room for more lists: lists / kSparePart + kSpareLists.
constexpr int32 kSparePart = 8;
constexpr int32 kSpareLists = 64;

CachedIndex* find_entry(Relation index) {
  return find_cached<CachedIndex>(kKind, RelationGetRelid(index));
}

/// Returns the room for more lists in a model that this session updates.
int32 spare_lists(uint32 lists) {
  return static_cast<int32>(lists / kSparePart) + kSpareLists;
}

/// Returns the version of a model. It has values that differ between indexes and between states of
/// one index.
BlockVersion version_of(const Meta& meta) {
  const struct {
    uint64 seed;
    uint32 residual_changes;
    uint32 next_chain;
    PageId model;
    PageId directory;
    uint32 lists;
    int32 dims;
  } content{meta.seed,  meta.residual_changes, meta.head.next_chain,
            meta.model, meta.directory,        meta.lists,
            meta.dims};
  static_assert(sizeof content == 32, "no padding");
  return block_version(meta.head.changes, content);
}

/// Shares the model, unless another one was shared less than `least_age` milliseconds ago. Returns
/// true if the model is now the shared one.
bool share(CachedIndex* entry, Relation index, int least_age, ivf::Model* model) {
  update_centroid_codes(model, [] { CHECK_FOR_INTERRUPTS(); });
  const ivf::Model whole = without_spare(*model);
  const auto write = [&](std::byte* image) { write_image(whole, image); };
  const BlockKey key{file_locator(index), BlockPart::kModel, InvalidOid};
  if (!publish_block(key, version_of(model->meta), image_bytes(whole), least_age, write,
                     &entry->shared_model)) {
    return false;
  }
  *model = struct_of_image<ivf::Model>(entry->shared_model.bytes);
  return true;
}

/// Loads the model, with room for more lists.
void load(CachedIndex* entry, Relation index) {
  load_cached(
      entry, index,
      [](BufferStore& store, Arena arena, ivf::Model* model) -> Status {
        Meta meta;
        VECEXT_TRY(ivf::read_meta(store, &meta));
        VECEXT_TRY(load_model(store, arena, spare_lists(meta.lists), model));
        if (!reserve_centroid_codes(model, arena)) {
          return out_of_memory();
        }
        return {};
      },
      [&](ivf::Model* model) { return share(entry, index, 0, model); });
  entry->is_whole = true;
}

/// Copies a shared model, which this session then updates.
void copy_shared(CachedIndex* entry) {
  ivf::Model own;
  if (!copy_model(entry->model, spare_lists(entry->model.meta.lists), context_arena(entry->context),
                  &own)) {
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  }
  entry->model = own;
  release_block(&entry->shared_model);
  shrink_cache(entry);
}

/// Updates the model of this session. Returns false if it has too little room for the new lists.
bool refresh(CachedIndex* entry, Relation index) {
  BufferStore store(index, &entry->buffers);
  bool is_done;
  entry->is_whole = false;
  check_index(index, refresh_model(store, &entry->model, &is_done));
  entry->is_whole = is_done;
  return is_done;
}

/// Shares the updated model, unless a model was shared shortly before. While lists change often,
/// each session updates a model of its own, which takes less time than if each session copied each
/// version of a shared model.
void share_again(CachedIndex* entry, Relation index) {
  constexpr int kLeastAge = 1000;
  if (may_share(index) && share(entry, index, kLeastAge, &entry->model)) {
    MemoryContextResetOnly(entry->context);  // hints stay
  }
}

/// Updates the model of this session. If the session uses the shared model, copies that first.
void update(CachedIndex* entry, Relation index) {
  if (entry->shared_model.bytes != nullptr) {
    copy_shared(entry);
  }
  if (refresh(entry, index)) {
    share_again(entry, index);
  } else {
    load(entry, index);
  }
}

}  // namespace

CachedIndex* cached_index(Relation index) {
  CachedIndex* entry = find_entry(index);
  const bool has_model = is_loaded(*entry, index) && entry->is_whole;
  Meta now;
  BufferStore store(index, has_model ? &entry->buffers : nullptr);
  check_index(index, ivf::read_meta(store, &now));
  if (!has_model || !is_current(entry->model, now)) {
    if (use_shared_model(entry, index, version_of(now), struct_of_image<ivf::Model>)) {
      entry->is_whole = true;
    } else if (has_model) {
      update(entry, index);
    } else {
      load(entry, index);
    }
  }
  update_centroid_codes(&entry->model, [] { CHECK_FOR_INTERRUPTS(); });
  load_effort(entry, index, &entry->effort);
  return entry;
}

namespace {

/// Returns the reach of searches for k rows by the model of expected rows, which is used if nothing
/// is known of queries.
SearchReach expected_reach(double k) {
  const double recall = target_recall == 0 ? ivf::kDefaultRecall : target_recall;
  constexpr double kByFewRows = 0.4;
  return {.effort = ivf::kDefaultMissing / (1 - recall) * more_for_small_k(k, kByFewRows),
          .lists = 0,
          .rows = 0};
}

}  // namespace

SearchReach reach_of_searches(const CachedIndex& cached, SearchWay way, double k) {
  const QueryEffort needed = effort_for(cached.effort, way, k).needed;
  if (target_recall == 0 || !needed.is_known()) {
    return expected_reach(k);
  }
  const double effort = at_recall(target_recall, [&](std::size_t i) { return needed.effort[i]; });
  // The number of lists grows with the square root of the effort.
  return {.effort = effort,
          .lists = needed.steps * std::sqrt(effort / needed.effort[kUsualRecall]),
          .rows = needed.rows};
}

void forget_index(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
