// Learned codebooks: instead of a fixed grid, each group of a code's dimensions has 16 codewords of
// its own, the means of residuals in those dimensions (product quantization: Jegou, Douze, Schmid
// 2011). Codes, blocks, tables and factors do not change; docs/experiments/codes.md has what it
// gains.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/cluster/parallel.h"
#include "core/quant/codec.h"

namespace vecext {

/// Residuals that are enough to train on: four times as many lower the deviation by 0.3 %.
inline constexpr std::size_t kCodebookSample = 16384;

/// Learns the codebook of `codec` (whose own codebook is not read) from n residuals of codec.dims
/// floats, rotated, n >= 0: 16-means in each group, of residuals scaled to a mean square of 1. The
/// result is the fixed grid if there are few residuals, or only zeros. Writes codec.codebook_size()
/// finite floats, deterministic given the seed, on the calling thread. Scratch memory is 6 * n
/// floats; kOutOfMemory where there is none. Polls between groups; kCancelled when stopped.
Status train_codebook(const Codec& codec, const float* residuals, std::size_t n, std::uint64_t seed,
                      Arena scratch, float* codebook,
                      const ParallelOptions& options = {
                          .threads = 1, .stop = nullptr, .stop_context = nullptr});

}  // namespace vecext
