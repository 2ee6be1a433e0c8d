// Names of collections and aliases as vecext's functions take them.
#pragma once

#include <string>
#include <string_view>

namespace vecext::gateway::sql {

/// Returns the name in double quotes, so that a dot in it does not end the name of a schema.
std::string quoted(std::string_view name);
/// Returns the name that `quoted` made the text of.
std::string unquoted(std::string_view text);

}  // namespace vecext::gateway::sql
