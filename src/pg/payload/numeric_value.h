// Numbers of documents, which jsonb stores as values of type numeric.
#pragma once

#include "core/json/json.h"

namespace vecext::pg {

/// Converts a value of type numeric, which begins with its header, to a JsonValue: the nearest
/// double, which is infinite beyond the range of doubles, and the integer if it is one of 64 bits.
/// Takes no memory and raises no error.
JsonValue numeric_value(const char* numeric);

}  // namespace vecext::pg
