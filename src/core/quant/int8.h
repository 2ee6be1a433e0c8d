// Whole vectors in a byte a dimension: an element is a multiple, from -127 to 127, of the vector's
// step.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

/// Writes x, n finite floats, as multiples of a step, and returns the step. The step is max |x| /
/// 127, so that an element is off by half a step at most. If all |x| are below 2^-100, the step is
/// 0. One step for all dimensions is best if they have similar ranges, as after a rotation.
float encode_int8(const float* x, std::size_t n, std::int8_t* out);

/// Computes out[i] = step * in[i].
void decode_int8(const std::int8_t* in, std::size_t n, float step, float* out);

}  // namespace vecext
