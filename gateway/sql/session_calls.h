// Calls about the session itself.
#pragma once

#include <chrono>
#include <string_view>

#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Succeeds if the server executes statements.
Call ping();

/// Limits how long each of the calls behind this one, in the same pipeline, may take.
Call limit_time(std::chrono::seconds limit);
/// Makes `trace` the application_name for the rest of the transaction.
Call name_session(std::string_view trace);

}  // namespace vecext::gateway::sql
