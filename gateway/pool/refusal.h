// Why a connection cannot be made.
#pragma once

#include <string_view>

namespace vecext::gateway {

/// Returns the SQLSTATE with which the server has refused a connection, in libpq's message of the
/// verbosity PQERRORS_VERBOSE. It is empty if the server has not answered.
std::string_view state_of_refusal(std::string_view message);

/// Returns words for users: they name no role, database, host or file. The state may be empty.
std::string_view words_of_refusal(std::string_view state);

}  // namespace vecext::gateway
