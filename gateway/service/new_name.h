// Names that collections and aliases may be given.
#pragma once

#include <string_view>

namespace vecext::gateway {

/// Throws a Failure kValidation if no collection may be made with that name: it is empty, it has
/// more than 255 bytes, a character that Qdrant does not allow, or it is a part of paths, "." or
/// "..", which clients remove. Collections that SQL has given such a name can be used.
void check_new_name(std::string_view name);

}  // namespace vecext::gateway
