// Vectors between others, as their column has them: the queries of a plain graph's trials.
#pragma once

#include "core/base/random.h"
#include "core/graph/graph_model.h"

namespace vecext {

/// Makes the mean of n elements; of bits, each is that of one of them, at random. `out` has room
/// for the bytes of all of them. Tells the bytes that it has.
std::size_t mix_elements(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                         Random* random, std::byte* out);

}  // namespace vecext
