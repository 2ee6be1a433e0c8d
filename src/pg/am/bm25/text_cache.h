// The models of the bm25 indexes that this backend has used.
#pragma once

#include "core/text/segment/model.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"
#include "pg/text/parse.h"

namespace vecext::pg {

struct CachedText : CachedFile {
  text::Model model;
  TextOptions options;  // by the meta page
};

/// The cached index with a current model. It stays valid until the next call for the same index.
CachedText* cached_text(Relation index);

/// Forgets the cached content of an index before its file is filled again.
void forget_text(Relation index);

}  // namespace vecext::pg
