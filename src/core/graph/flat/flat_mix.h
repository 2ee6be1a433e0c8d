// Means of stored vectors, as the column has them: the queries of a flat graph's trials.
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"

namespace vecext {

/// Returns the most bytes that the mean of the n elements takes.
std::size_t mixed_bytes(const GraphModel& model, const std::byte* const* elements, std::int32_t n);

/// Writes the mean of n elements to `out`, which has room for mixed_bytes(). If elements are bits,
/// each bit of the mean is taken from one of the elements at random. Returns how many bytes were
/// written.
std::size_t mix_elements(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                         Random* random, std::byte* out);

}  // namespace vecext
