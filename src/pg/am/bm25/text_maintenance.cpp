#include "pg/am/bm25/text_maintenance.h"

#include "core/text/update/flush.h"
#include "core/text/update/merge.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The most documents of a segment that an insert merges: those of the lowest two levels.
constexpr uint32 kMostOfInsert = text::kDocumentsOfLevel * text::kLevelFactor;

/// With so many segments, any are merged.
constexpr uint32 kManySegments = kMostSegments - 8;

/// Calls work(), a Status, in a memory context of its own. A failure is an error.
template <class Work>
void work_in_context(Relation index, const Work& work) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext merge", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  check_index(index, work(context_arena(context)));
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
}

void merge_chosen(Relation index, const uint32* chosen, uint32 count) {
  work_in_context(index, [&](Arena arena) {
    BufferStore store(index, nullptr);
    return merge_segments(store, cached_text(index)->model, chosen, count, arena);
  });
}

bool flush_lists(Relation index, uint32 fewest) {
  bool is_made = false;
  work_in_context(index, [&](Arena arena) {
    BufferStore store(index, nullptr);
    return text::flush_pending(store, fewest, arena, &is_made);
  });
  return is_made;
}

}  // namespace

int64 merge_due_segments(Relation index, uint32 most) {
  uint32 chosen[kMostSegments];
  for (int64 done = 0;; ++done) {
    CHECK_FOR_INTERRUPTS();
    const text::Model& model = cached_text(index)->model;
    const uint32 allowed = model.meta.segments > kManySegments ? kMostDocuments : most;
    const uint32 count = choose_merge(model, allowed, chosen);
    if (count == 0) {
      return done;
    }
    merge_chosen(index, chosen, count);
  }
}

void flush_full_lists(Relation index) {
  if (!try_lock_changes(index)) {
    return;
  }
  if (flush_lists(index, kPagesOfFullList)) {
    merge_due_segments(index, kMostOfInsert);
  }
  unlock_changes(index);
}

bool flush_all_lists(Relation index) {
  merge_due_segments(index, kMostOfInsert);
  return flush_lists(index, 1);
}

bool merge_all_segments(Relation index) {
  const text::Model& model = cached_text(index)->model;
  const uint32 count = model.meta.segments;
  if (count == 0 || (count == 1 && !model.segments[0].has_removed())) {
    return false;
  }
  uint32 chosen[kMostSegments];
  for (uint32 i = 0; i < count; ++i) {
    chosen[i] = i;
  }
  merge_chosen(index, chosen, count);
  return true;
}

}  // namespace vecext::pg
