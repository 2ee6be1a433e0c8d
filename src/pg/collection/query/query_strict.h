// What strict mode of a collection refuses of a query.
#pragma once

#include "pg/collection/query/groups.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Refuses what strict mode of the collection, if there is one, does not allow of this request and
/// those below it, and begins their time limits.
void check_strict(const Query& query);
void check_strict_batch(const Collection& collection, int count);
void check_strict_groups(const Query& query, const GroupRequest& request);

/// How many points marginal relevance chooses from where the request does not say: 100, so that the
/// first pages are parts of one list, or less if strict mode allows less.
int64 default_mmr_candidates(const Collection& collection);

}  // namespace vecext::pg
