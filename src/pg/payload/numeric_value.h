// Numbers of documents, which jsonb stores as values of type numeric.
#pragma once

#include "core/json/json.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/numeric.h"
}

namespace vecext::pg {

/// Converts a value of type numeric, which begins with its header, to a JsonValue: the nearest
/// double, which is infinite beyond the range of doubles, and the integer if it is one from -2^63
/// to 2^64 - 1. Takes no memory and raises no error.
JsonValue numeric_value(const char* numeric);

/// Returns a value of type numeric that is the integer of the value, which is_integer or is_large.
Numeric numeric_of_integer(const JsonValue& value);

}  // namespace vecext::pg
