// The models of the ivfflat and ivfpq indexes that this backend has used, and where their pages are
// in shared buffers. Each use compares the model with the meta page and updates it if lists have
// changed. Sessions share models; one that finds no current one updates a copy of its own.
#pragma once

#include "core/ivf/lists/list_model.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/effort/known_effort.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct CachedIndex : CachedFile {
  bool is_whole;  // false if an update of the model was interrupted
  ivf::Model model;
  KnownEffort effort;  // of searches for a recall
};

/// How far searches for k rows go, for vecext.target_recall.
struct SearchReach {
  double effort;  // EarlyTermination::effort(): what observed or given queries need, or the model
                  // of expected rows says
  double lists;   // that such queries read in the mean; 0: not known
  double rows;    // the mean number that they were for
};
SearchReach reach_of_searches(const CachedIndex& cached, SearchWay way, double k);

/// The cached index with a current model. It stays valid until the next call for the same index.
CachedIndex* cached_index(Relation index);

/// Forgets the cached content of an index before its file is filled again. (TRUNCATE in the
/// transaction that made the table, and ON COMMIT DELETE ROWS, keep the files of indexes.)
void forget_index(Relation index);

}  // namespace vecext::pg
