// The envelope of answers, and the status of failures.
#pragma once

#include <chrono>

#include "base/failure.h"
#include "base/json.h"

namespace vecext::gateway::rest {

unsigned status_of(FailureKind kind);

/// Write the members of an envelope: `result`, `status`, and the seconds since `start`.
void write_success(JsonWriter& envelope, RawJson result,
                   std::chrono::steady_clock::time_point start);
void write_failure(JsonWriter& envelope, const Failure& failure,
                   std::chrono::steady_clock::time_point start);

}  // namespace vecext::gateway::rest
