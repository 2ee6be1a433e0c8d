#include "pg/am/ivf_split.h"

#include "core/ivf/split.h"
#include "pg/am/heap_rows.h"
#include "pg/am/ivf_build.h"
#include "pg/am/model_cache.h"
#include "pg/am/options.h"
#include "pg/sys/memory.h"

extern "C" {
#include "storage/lmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

constexpr uint32 kLongTimes = 2;   // of the rows that a list should have
constexpr uint32 kRetryTimes = 2;  // of the rows that could not be told apart

/// ivfflat has as many lists as were asked for; an index made on an empty table gets there by
/// splits.
bool may_have_more_lists(Relation index, const Model& model) {
  if (ivf_kind(index) == IvfKind::kPq) {
    return true;
  }
  const auto* options = reinterpret_cast<const IvfOptions*>(index->rd_options);
  return model.lists() < (options == nullptr ? kFlatDefaultLists : options->lists);
}

bool is_long(const Model& model, const GrownList& grown) {
  const ListEntry& entry = model.entries[grown.list];
  return grown.rows >= kLongTimes * static_cast<uint32>(model.meta.list_rows) &&
         grown.rows >= kRetryTimes * entry.whole;
}

struct Source {
  HeapRows* rows;
  const Model* model;
};

/// Rows that are visible now, also to a statement that has just inserted them; others may have lost
/// what they have out of line.
bool fetch_vector(void* context, RowId row, float* out) {
  auto* source = static_cast<Source*>(context);
  const float* x = source->rows->vector(row);
  if (x == nullptr) {
    return false;
  }
  to_model_space(*source->model, x, false, out);
  return true;
}

void split(Relation index, Relation heap, const GrownList& grown) {
  const OpclassInfo info = opclass_of(index);
  BufferStore store(index, nullptr);
  const Arena arena = context_arena(CurrentMemoryContext);
  Model model{};
  constexpr int32 kSpare = 2;
  check_index(index, load_model(store, arena, kSpare, &model));
  if (grown.list >= model.lists() || model.entries[grown.list].chain != grown.chain ||
      model.is_vacant(grown.list)) {
    return;
  }
  HeapRows rows(heap, index, SnapshotSelf, info, model.meta.dims);
  Source source{&rows, &model};
  const auto most = static_cast<int32>(grown.rows) + 4 * places(model);
  bool done;
  const Status status =
      split_list(store, &model, grown.list, most, {fetch_vector, &source}, arena, &done);
  rows.close();
  if (status.code != StatusCode::kStale) {
    check_index(index, status);
  }
}

}  // namespace

void split_if_long(Relation index, Relation heap, const GrownList& grown) {
  const Model& model = cached_index(index)->model;
  if (grown.list >= model.lists() || model.entries[grown.list].chain != grown.chain ||
      !is_long(model, grown) || !may_have_more_lists(index, model) ||
      !ConditionalLockPage(index, kMetaPage, ExclusiveLock)) {
    return;
  }
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext split", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  split(index, heap, grown);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  UnlockPage(index, kMetaPage, ExclusiveLock);
}

void lock_splits(Relation index) {
  LockPage(index, kMetaPage, ExclusiveLock);
}

void unlock_splits(Relation index) {
  UnlockPage(index, kMetaPage, ExclusiveLock);
}

}  // namespace vecext::pg
