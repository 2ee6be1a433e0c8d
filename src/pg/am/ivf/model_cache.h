// The models of the ivfflat and ivfpq indexes that this backend has used, and where their pages are
// in shared buffers. At each use the model is compared with the meta page and updated if lists have
// changed. Sessions share models. A session that finds no current model updates a copy of its own.
#pragma once

#include "core/ivf/lists/list_model.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/effort/known_effort.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct CachedIndex : CachedFile {
  bool is_whole;  // false if an update of the model was interrupted
  ivf::Model model;
  KnownEffort effort;  // the effort of searches for a recall
};

/// How far searches for k rows go to reach vecext.target_recall.
struct SearchReach {
  double effort;  // EarlyTermination::effort(): what observed or given queries need, or what the
                  // model of expected rows says
  double lists;   // the mean number of lists that the queries with this effort have read; 0 if it
                  // is not known
  double rows;    // the mean number of rows that these queries were for
};
SearchReach reach_of_searches(const CachedIndex& cached, SearchWay way, double k);

/// Returns the cached index with a current model. It stays valid until the next call for the same
/// index.
CachedIndex* cached_index(Relation index);

/// Forgets the cached content of an index. It is called before the index's file is filled again.
/// (TRUNCATE in the transaction that has made the table, and ON COMMIT DELETE ROWS, keep the files
/// of indexes.)
void forget_index(Relation index);

}  // namespace vecext::pg
