#include "pg/am/postings/postings_vacuum.h"

#include "core/postings/update/remove_documents.h"
#include "core/postings/update/postings_verify.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/maintenance.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/store/buffer_store.h"
#include "pg/store/truncate.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"

extern "C" {
#include "storage/indexfsm.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// A store that waits between pages when the cost limit of VACUUM is used up.
class VacuumStore : public BufferStore {
 public:
  using BufferStore::BufferStore;
  void poll() { delay_vacuum(); }
};

postings::TextSummary summarize(Relation index, const VerifyVisitor& visitor,
                                VerifyFinding* finding) {
  postings::TextSummary summary;
  walk_pages(index, [&](BufferStore& store, Arena arena) -> Status {
    postings::Model model;
    VECEXT_TRY(load_model(store, arena, nullptr, &model));
    visitor.begin(visitor.rows.context, {});
    *finding = {};
    return verify(store, model, visitor.rows, arena, &summary, finding);
  });
  return summary;
}

}  // namespace

IndexBulkDeleteResult* postings_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                            IndexBulkDeleteCallback callback,
                                            void* callback_state) {
  const Relation index = info->index;
  VacuumCallback asked{callback, callback_state};
  RemovedRows rows{is_dead_row, &asked, 0, 0};
  // Without the lock, a merge could copy dead documents to segments that this pass has already
  // read, and inserts could make segments of pending documents.
  lock_changes(index);
  free_interrupted_change(index);
  VacuumStore store(index, nullptr);
  check_index(index, remove_dead_texts(store, cached_postings(index)->model,
                                       context_arena(CurrentMemoryContext), &rows));
  unlock_changes(index);
  remove_keys(info, &asked);
  return add_removed(stats, rows);
}

IndexBulkDeleteResult* postings_vacuum_cleanup(IndexVacuumInfo* info,
                                               IndexBulkDeleteResult* stats) {
  if (info->analyze_only) {
    return stats;
  }
  const Relation index = info->index;
  flush_and_merge_for_vacuum(index);
  truncate_free_end(index);
  IndexFreeSpaceMapVacuum(index);
  return finish_stats(info, stats);
}

void verify_posting_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding) {
  summarize(index, visitor, finding);
}

IndexDescription describe_posting_lists(Relation index) {
  VerifyFinding finding;
  const postings::TextSummary summary = summarize(index, kNoVisitor, &finding);
  check_finding(index, finding);
  IndexDescription description;
  description.lists = cached_postings(index)->model.meta.segments;
  description.rows = summary.rows;
  description.pending = summary.pending;
  description.dead = summary.removed;
  return description;
}

}  // namespace vecext::pg
