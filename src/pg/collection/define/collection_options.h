// Options of collections.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// Raises an error unless the value is an object of options of a collection: index_threshold,
/// strict_mode, and the members that `beside` names.
void check_collection_options(const Json& options, KnownWords beside = {});

/// Refuses a member of another name unless it is null: Qdrant's clients write null for what was not
/// given.
void check_given_members(const Json& object, KnownWords names);

/// Returns an object without some of its members.
const Jsonb* without_members(const Json& object, KnownWords names);

/// Returns how many rows indexes of vectors wait for, or 0 if they do not wait.
int64 index_threshold(const Jsonb* options);

}  // namespace vecext::pg
