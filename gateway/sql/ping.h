// A call that the server answers if it can execute statements.
#pragma once

#include "pool/statement.h"

namespace vecext::gateway::sql {

Call ping();

}  // namespace vecext::gateway::sql
