// The envelope of answers, and the status of failures.
#pragma once

#include "base/failure.h"
#include "base/json.h"

namespace vecext::gateway::rest {

unsigned status_of(FailureKind kind);

/// Write the members of an envelope: `result`, `status`, and the time that the answer took.
void write_success(JsonWriter& envelope, RawJson result, double seconds);
void write_failure(JsonWriter& envelope, const Failure& failure, double seconds);

}  // namespace vecext::gateway::rest
