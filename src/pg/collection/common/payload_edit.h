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

/// Returns the path that a request has written as `text`, in memory of the current context. Raises
/// an ERROR 22023 if the text is not a valid path.
PayloadPath path_of_text(std::string_view text);

/// Returns the paths in an array of type text[]. Elements that are null are left out.
PayloadPaths paths_of_array(ArrayType* keys);

/// Returns the part of the document that the paths reach, within the objects and arrays on the way
/// there.
Jsonb* document_with(Jsonb* document, const PayloadPaths& paths);

/// Returns the document without what the paths reach.
Jsonb* document_without(Jsonb* document, const PayloadPaths& paths);

/// Returns the document with the members of `patch`, which is an object, set in the object that the
/// path reaches, or in each of them if the path has []. A member that is null in `patch` is
/// removed. If `path` is null, the members are set in the document itself. If the rest of the path
/// has only keys, an object that is missing on the way is made, and a value on the way that is not
/// an object is replaced by one.
Jsonb* document_merged(Jsonb* document, Jsonb* patch, const PayloadPath* path);

}  // namespace vecext::pg
