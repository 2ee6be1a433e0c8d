// The models of the indexes of lists that this backend has used, and where their pages are in
// shared buffers. A model is compared with the meta page at every use and brought up to date when
// lists were made.
#pragma once

#include "core/ivf/lists/model.h"
#include "pg/am/common/index_cache.h"
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

}  // namespace vecext::pg
