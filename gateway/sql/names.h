// Names of collections and aliases: as vecext's functions take them, and those that a new one may
// have.
#pragma once

#include <string>
#include <string_view>

namespace vecext::gateway::sql {

/// Returns the name in double quotes, so that a dot in it does not end the name of a schema.
std::string quoted(std::string_view name);
/// Returns the name that `quoted` made the text of.
std::string unquoted(std::string_view text);

/// Throws a Failure kValidation if no collection may be made with that name: it is empty, it has
/// more than 255 bytes, a character that Qdrant does not allow, or it is a part of paths, "." or
/// "..", which clients remove. Collections that SQL has given such a name can be used.
void check_new_name(std::string_view name);

}  // namespace vecext::gateway::sql
