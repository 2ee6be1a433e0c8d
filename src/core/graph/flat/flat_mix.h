// Means of stored vectors, as the column has them: the queries of a flat graph's trials.
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"

namespace vecext {

/// The most bytes of a mean of n elements.
std::size_t mixed_bytes(const GraphModel& model, const std::byte* const* elements, std::int32_t n);

/// Writes the mean of n elements to `out`, which has room for mixed_bytes(); each bit is that of a
/// random one of them. Returns its bytes.
std::size_t mix_elements(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                         Random* random, std::byte* out);

}  // namespace vecext
