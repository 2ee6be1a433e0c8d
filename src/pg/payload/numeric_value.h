// Numbers of documents, which jsonb stores as values of type numeric.
#pragma once

#include "core/json/json.h"

namespace vecext::pg {

/// The number that a value of type numeric is, header included: whether it is an integer of 64
/// bits, and the nearest double, which is infinite beyond the range of doubles. Takes no memory,
/// raises no error.
JsonValue numeric_value(const char* numeric);

}  // namespace vecext::pg
