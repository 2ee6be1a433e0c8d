// A random rotation that costs O(D log D): four rounds of random signs, a Hadamard transform of the
// first or last power of two, and a mix of the halves (FHT-Kac, as in RaBitQ-Library and
// VectorChord; see README.md). The rotation is orthogonal, so norms, inner products and distances
// do not change.
#pragma once

#include <cstdint>

namespace vecext {

struct Rotation {
  std::int32_t dims;   // D, a multiple of 4
  std::uint64_t seed;  // determines the signs, which are the same on every machine
};

/// Returns D for vectors of `dims` dimensions, which are extended by zeros: the next multiple of 4,
/// but at least 16.
std::int32_t rotated_dims(std::int32_t dims);

/// The seed of every index, so that the same rows make the same index.
inline constexpr std::uint64_t kIndexSeed = 0x766563657874;

/// Rotates x[0 .. D) in place.
void rotate(const Rotation& rotation, float* x);

/// Reverses rotate() for x[0 .. D).
void unrotate(const Rotation& rotation, float* x);

}  // namespace vecext
