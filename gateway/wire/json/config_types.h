// Types of the members of configurations that are kept as they were given. Clients refuse a
// description in which one has another type.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/json.h"

namespace vecext::gateway {

/// The functions throw a Failure kBadJson if a member has another type than Qdrant's, and a Failure
/// kValidation if a number is outside its range. Members that Qdrant does not know are not looked
/// at.

/// Checks that a member is one of these words, if there is one of that name.
void check_word(const JsonObject& object, std::string_view name,
                std::initializer_list<std::string_view> words);

/// Checks what is kept of a collection, or of one of its vectors.
void check_kept(const JsonObject& body);
/// Checks the index of a sparse vector.
void check_sparse_index(const JsonObject& index);
/// Checks the parameters of a payload index.
void check_payload_index(const JsonObject& schema);

/// Checks the bounds of strict mode.
void check_strict_mode(RawJson mode);
/// True if Qdrant's strict mode has a member of that name.
bool is_of_strict_mode(std::string_view name);

}  // namespace vecext::gateway
