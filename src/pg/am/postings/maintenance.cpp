#include "pg/am/postings/maintenance.h"

#include "core/postings/update/flush.h"
#include "core/postings/update/merge_segments.h"
#include "pg/am/maintenance/optional_work.h"
#include "pg/am/maintenance/work_report.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/segment_build.h"
#include "pg/sys/hash_seed.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The most documents of a segment that an insert merges: a segment of the two lowest levels.
constexpr uint32 kMostOfInsert = postings::kDocumentsOfLevel * postings::kLevelFactor;

/// With so many segments, segments of any size are merged. With fewer segments, a merge is due only
/// if a level has kLevelFactor of them.
constexpr uint32 kManySegments = kMostSegments - 8;

/// The seconds that a flush is expected to take. A merge stops when the time for the work is over.
constexpr double kSeconds = 0.05;

/// A merged segment moves to the front of the file if the file has more than so many times the
/// pages of the segment.
constexpr BlockNumber kWorthMoving = 2;

/// The only kind of work that inserts put off.
constexpr int kFlush = 0;

/// Calls work(), which returns a Status, in a memory context of its own. The caller holds
/// lock_changes().
template <class Work>
Status work_in_context(const Work& work) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext merge", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  const Status status = work(context_arena(context));
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  return postings::status_of_locked(status);
}

/// Merges segments into the first free pages from `first_page` on, or into any free pages if it is
/// kNoPage.
Status merge_chosen(Relation index, const uint32* chosen, uint32 count, PageId first_page,
                    WorkLimit* limit) {
  double documents = 0;
  double pages = 0;
  for (uint32 i = 0; i < count; ++i) {
    const SegmentEntry& entry = cached_postings(index)->model.segments[chosen[i]].entry;
    documents += entry.documents;
    pages += static_cast<double>(postings::all_pages(entry));
  }
  WorkReport report(index);
  report.begin("merging segments", kMerging, documents, Steps::kPages, pages);
  const Status status = work_in_context([&](Arena arena) {
    BufferStore store(index, nullptr);
    store.add_from(first_page);
    return merge_segments(store, cached_postings(index)->model, chosen, count, arena,
                          limit == nullptr ? nullptr : WorkLimit::is_over, limit);
  });
  if (status.ok()) {
    report.end(documents);
  } else {
    WorkReport::drop();
  }
  return status;
}

/// Returns the most pages of pending documents that are in memory at a time. A full list always
/// fits.
uint32 most_pages() {
  constexpr Size kBytesOfPage = 10 * BLCKSZ;
  const Size pages = maintenance_memory().bytes / kBytesOfPage;
  return Max(static_cast<uint32>(Min(pages, Size{PG_UINT16_MAX})), kPagesOfFullList);
}

uint32 pending_pages(Relation index) {
  uint32 pages = 0;
  for (const PendingList& list : cached_postings(index)->model.meta.pending) {
    pages += list.pages;
  }
  return pages;
}

Status flush_lists(Relation index, uint32 fewest, postings::Flushed* flushed) {
  return work_in_context([&](Arena arena) {
    BufferStore store(index, nullptr);
    return postings::flush_pending(store, fewest, most_pages(), hash_seed(), arena, flushed);
  });
}

/// Merges segments of at most `most` documents as long as a merge is due, and segments of any size
/// as long as there are too many. Adds the number of merges to *done.
Status merge_due_segments(Relation index, uint32 most, WorkLimit* limit, int64* done) {
  uint32 chosen[kMostSegments];
  for (;; ++*done) {
    CHECK_FOR_INTERRUPTS();
    const postings::Model& model = cached_postings(index)->model;
    const uint32 allowed = model.meta.segments > kManySegments ? kMostDocuments : most;
    const uint32 count = choose_merge(model, allowed, chosen);
    if (count == 0) {
      return {};
    }
    VECEXT_TRY(merge_chosen(index, chosen, count, kNoPage, limit));
  }
}

/// Makes segments of the lists of pending documents that have at least `fewest` pages, in as many
/// steps as memory requires. Stops after as many pages as are pending now, or when the limit, which
/// may be null, is over. Merges small segments before each step and at the end. The caller holds
/// lock_changes().
Status flush_and_merge(Relation index, uint32 fewest, WorkLimit* limit, int64* done) {
  // There must be a place for the new segment.
  Status status = merge_due_segments(index, kMostOfInsert, limit, done);
  postings::Flushed flushed{.is_left = true};
  for (uint32 left = pending_pages(index); status.ok() && flushed.is_left;) {
    CHECK_FOR_INTERRUPTS();
    status = flush_lists(index, fewest, &flushed);
    if (status.ok() && flushed.is_made) {
      ++*done;
      status = merge_due_segments(index, kMostOfInsert, limit, done);
    }
    // Others may insert as fast as the loop flushes, so it does not go on for pages that were added
    // meanwhile.
    flushed.is_left &= left > most_pages() && (limit == nullptr || !WorkLimit::is_over(limit));
    left -= Min(left, most_pages());
  }
  return status;
}

/// Writes the only segment once more, into the first free pages.
Status move_to_front(Relation index) {
  const uint32 only = 0;
  return merge_chosen(index, &only, 1, kMetaPage + 1, nullptr);
}

/// Calls flush_and_merge(), and for VACUUM also merges larger segments, unless another session
/// changes segments.
Status try_flush(Relation index, uint32 fewest, bool is_vacuum, WorkLimit* limit) {
  if (!try_lock_changes(index)) {
    return {};
  }
  free_interrupted_change(index);
  int64 done = 0;
  Status status = flush_and_merge(index, fewest, limit, &done);
  if (status.ok() && is_vacuum) {
    uint32 chosen[kMostSegments];
    const uint32 count = choose_merge_of_vacuum(cached_postings(index)->model, chosen);
    status = count == 0 ? status : merge_chosen(index, chosen, count, kNoPage, limit);
  }
  unlock_changes(index);
  return status;
}

}  // namespace

void free_interrupted_change(Relation index) {
  if (read_meta_head(index, nullptr).is_unfinished != 0) {
    BufferStore store(index, nullptr);
    check_index(index,
                postings::status_of_locked(free_unused(store, cached_postings(index)->model,
                                                       context_arena(CurrentMemoryContext))));
  }
}

void flush_full_lists(Relation index) {
  CachedPostings* entry = cached_postings(index);
  if (is_work_put_off(*entry, kFlush)) {
    return;
  }
  put_off_work(entry, kFlush);
  const auto flush = [index](WorkLimit* limit) {
    return try_flush(index, kPagesOfFullList, false, limit);
  };
  if (try_work(index, kSeconds, LOG, flush)) {
    work_is_done(cached_postings(index), kFlush);
  }
}

void flush_and_merge_for_vacuum(Relation index) {
  try_work(index, kSeconds, WARNING,
           [index](WorkLimit* limit) { return try_flush(index, 1, true, limit); });
}

int64 merge_posting_lists(Relation index, Relation) {
  free_interrupted_change(index);
  int64 done = 0;
  check_index(index, flush_and_merge(index, 1, nullptr, &done));
  uint32 chosen[kMostSegments];
  if (const uint32 count = choose_all(cached_postings(index)->model, chosen); count > 0) {
    check_index(index, merge_chosen(index, chosen, count, kNoPage, nullptr));
    ++done;
  }
  const postings::Model* model = &cached_postings(index)->model;
  if (done > 0 && model->meta.segments == 1) {
    // The old segments lie in front of the merged segment, which moves to their pages now.
    const auto pages = static_cast<BlockNumber>(postings::all_pages(model->segments[0].entry));
    if (RelationGetNumberOfBlocks(index) / kWorthMoving > pages) {
      check_index(index, move_to_front(index));
    }
  }
  return done;
}

}  // namespace vecext::pg
