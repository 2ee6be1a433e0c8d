// Vectors between others, as their column has them: the queries of a flat graph's trials.
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"

namespace vecext {

/// Bytes of a mean of n elements, at most.
std::size_t mixed_bytes(const GraphModel& model, const std::byte* const* elements, std::int32_t n);

/// Makes the mean of n elements in `out`, which has room for mixed_bytes(); of bits, each is that
/// of one of them, at random. Returns the bytes that it has.
std::size_t mix_elements(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                         Random* random, std::byte* out);

}  // namespace vecext
