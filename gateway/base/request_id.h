// What clients call their requests, as far as it can stand in a log and in a setting of SQL.
#pragma once

#include <string>
#include <string_view>

namespace vecext::gateway {

/// Returns the id if it is of at most 64 letters, digits, dots, colons, hyphens and underscores,
/// and an empty text otherwise.
std::string_view sane_id(std::string_view id);
/// Returns the text if it is a traceparent as W3C's Trace Context has it, and an empty one
/// otherwise.
std::string_view sane_traceparent(std::string_view text);
/// Returns a random id.
std::string new_id();

}  // namespace vecext::gateway
