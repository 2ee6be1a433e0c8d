// Calls about the session itself.
#pragma once

#include <chrono>

#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Succeeds if the server executes statements.
Call ping();

/// Limits how long each of the calls behind this one, in the same pipeline, may take.
Call limit_time(std::chrono::seconds limit);

}  // namespace vecext::gateway::sql
