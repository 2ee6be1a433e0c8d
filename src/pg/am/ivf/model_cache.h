// The models of the indexes that this backend has used, and where their pages are in shared
// buffers. A model is checked against the meta page at every use and brought up to date when lists
// were made.
#pragma once

#include "core/ivf/model.h"
#include "pg/am/common/index_cache.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct CachedIndex : CachedFile {
  bool whole;  // false while an attempt to bring the model up to date has not ended
  ivf::Model model;
};

/// The cached index, its model current. It stays valid until the next call for the same index.
CachedIndex* cached_index(Relation index);

/// Forgets what is cached of an index: its file is about to be filled again. A table that is
/// emptied by the transaction that made it, or at each commit, keeps its indexes' files.
void forget_index(Relation index);

/// Calls attempt(CachedIndex*) until its Status is not kStale, each time with a newer model; raises
/// what is not ok.
template <class Attempt>
void with_model(Relation index, Attempt attempt) {
  for (;;) {
    CachedIndex* cached = cached_index(index);
    const uint64 changes = cached->model.meta.changes;
    Status status = attempt(cached);
    if (status.code == StatusCode::kStale) {
      CHECK_FOR_INTERRUPTS();
      if (cached_index(index)->model.meta.changes != changes) {
        continue;
      }
      // Nothing has moved: what looks like another list's page is a damaged one.
      status = {.code = StatusCode::kCorrupt};
    }
    check_index(index, status);
    return;
  }
}

}  // namespace vecext::pg
