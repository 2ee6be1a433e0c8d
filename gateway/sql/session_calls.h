// Calls about the session itself.
#pragma once

#include <chrono>
#include <string_view>

#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Limits how long each of the calls behind this one, in the same pipeline, may take, unless the
/// session has a lower limit.
Call limit_time(std::chrono::seconds limit);
/// Makes `trace` the application_name for the rest of the transaction.
Call name_session(std::string_view trace);

/// Makes the calls behind this one, in the same pipeline, run as that role. The session has the
/// gateway's own role again at the end of the transaction, however that ends.
Call take_role(std::string_view role);

/// Makes that namespace the one of the calls behind this one, in the same pipeline, if their role
/// may choose. It ends with the transaction.
Call choose_namespace(std::string_view id);

/// Raise an error with the SQLSTATE kUnfulfilled: the first one if the collection has no point that
/// fulfils the filter, the second one if row-level security does not hold for the role.
constexpr std::string_view kUnfulfilled = "22012";
Call require_point(std::string_view collection, std::string_view filter);
Call require_policies();

}  // namespace vecext::gateway::sql
