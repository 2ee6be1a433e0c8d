// Learned codebooks: in place of a fixed grid, each group of a code's dimensions has 16 codewords
// of its own, the means of what residuals look like there (product quantization: Jegou, Douze,
// Schmid 2011). Codes, blocks, tables and factors stay what they are; see README.md for what it
// brings.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/quant/codec.h"

namespace vecext {

/// Residuals that are enough to train on: four times as many lower the deviation by 0.3 %.
inline constexpr std::size_t kCodebookSample = 16384;

/// Learns the codebook of `codec` (whose own is not looked at) from n residuals of codec.dims
/// floats, rotated, n >= 0: 16-means in each group, of residuals scaled to a mean square of 1. Few
/// residuals, or none but zeros, make it the fixed grid. Writes codec.codebook_size() finite
/// floats, deterministic given the seed. Scratch memory is 6 * n floats; kOutOfMemory where there
/// is none.
Status train_codebook(const Codec& codec, const float* residuals, std::size_t n, std::uint64_t seed,
                      Arena scratch, float* codebook);

}  // namespace vecext
