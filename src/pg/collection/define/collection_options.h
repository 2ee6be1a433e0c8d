// Options of collections.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// Raises an ERROR unless `options` is an object of options of a collection, which are
/// index_threshold, strict_mode, config and metadata. Members that `beside` names may be there as
/// well.
void check_collection_options(const Json& options, KnownWords beside = {});

/// Returns the members of `options` that have effects: those without config and metadata, which are
/// only kept, and without those that `beside` names.
const Jsonb* effective_options(const Json& options, KnownWords beside);

/// Returns a member of an object as a jsonb, or null if it is missing or JSON's null.
const Jsonb* document_member(const Json& object, const char* name);

/// Raises an ERROR if a member has a name that is not among `names`, unless the member is null:
/// Qdrant's clients write null for what was not given.
void check_given_members(const Json& object, KnownWords names);

/// Returns the object without the members that `names` lists.
const Jsonb* without_members(const Json& object, KnownWords names);

/// Returns how many rows a collection must have for indexes of its vectors, or 0 if they are
/// created with the vectors.
int64 index_threshold(const Jsonb* options);

}  // namespace vecext::pg
