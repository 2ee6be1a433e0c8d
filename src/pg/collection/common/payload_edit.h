// Payloads with some paths alone, without some, or with members merged in.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/array.h"
#include "utils/jsonb.h"
}

namespace vecext::pg {

using PayloadPaths = std::span<const PayloadPath>;

/// Returns a path as a request writes it, in memory of the current context. Raises an ERROR 22023.
PayloadPath path_of_text(std::string_view text);

/// Paths in an array of type text[]; those that are null are left out.
PayloadPaths paths_of_array(ArrayType* keys);

/// Returns the document with nothing but what the paths reach, and the objects and arrays on the
/// way there.
Jsonb* document_with(Jsonb* document, const PayloadPaths& paths);

/// Returns the document without what the paths reach.
Jsonb* document_without(Jsonb* document, const PayloadPaths& paths);

/// The document with the members of `patch`, an object, set in the object that the path reaches,
/// in all of them if it has []; those that are null are removed. Without a path it is the document
/// itself. Objects on the way that are missing are made, and what is none there is replaced.
Jsonb* document_merged(Jsonb* document, Jsonb* patch, const PayloadPath* path);

}  // namespace vecext::pg
