// Checks if a code may belong to a vector of which only a rounded copy is left.
#pragma once

#include "core/quant/codec.h"

namespace vecext {

/// True if some vector at most `error` from y (D floats) has this code and these factors, apart
/// from rounding. It is also true if y has a NaN, and for the factors of a row that is always a
/// candidate. `values` has room for D floats.
bool code_holds(const Codec& codec, const float* y, double error, const CodeCenter& center,
                const std::uint8_t* nibbles, const Factors& factors, float* values);

}  // namespace vecext
