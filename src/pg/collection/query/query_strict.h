// Checks a query by the strict mode of its collection.
#pragma once

#include "pg/collection/query/groups.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Raises an ERROR if this request, or one below it, asks for something that strict mode of the
/// collection does not allow, and begins their time limits. Does nothing else for a table that is
/// not a collection.
void check_strict(const Query& query);
void check_strict_batch(const Collection& collection, int count);
void check_strict_groups(const Query& query, const GroupRequest& request);

/// Returns how many points maximal marginal relevance chooses from if the request does not say. It
/// is 100, so that the first pages are parts of one list, or less if strict mode allows less.
int64 default_mmr_candidates(const Collection& collection);

}  // namespace vecext::pg
