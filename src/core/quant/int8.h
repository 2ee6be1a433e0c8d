// Whole vectors in a byte a dimension: multiples, from -127 to 127, of one step a vector.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

/// Writes x, n finite floats, as multiples of the step that it returns: max |x| / 127, so that an
/// element is off by half a step at most; 0 where all |x| are below 2^-100. Best where all
/// dimensions have similar ranges, as rotated ones do.
float encode_int8(const float* x, std::size_t n, std::int8_t* out);

/// out[i] = step * in[i].
void decode_int8(const std::int8_t* in, std::size_t n, float step, float* out);

}  // namespace vecext
