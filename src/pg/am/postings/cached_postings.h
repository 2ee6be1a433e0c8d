// The models of the indexes of posting lists that this backend has used.
#pragma once

#include "core/postings/segment/postings_model.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct CachedPostings : CachedFile {
  postings::Model model;
};

/// Returns the cached index with a current model. It stays valid until the next call for the same
/// index.
CachedPostings* cached_postings(Relation index);

/// Returns where pages of the index were last seen, whether its model is current or not, or null if
/// no model is loaded. The result is valid as long as the result of cached_postings().
BufferHints* known_pages(Relation index);

/// Forgets the cached content of an index. It is called before the index's file is filled again.
void forget_postings(Relation index);

}  // namespace vecext::pg
