// The distance of an operator, on vectors as the column has them: what SQL shows, so that the order
// of these numbers is the order that a query asks for. Stored vectors have a size that follows from
// their dimensions: sparse ones (Element::kSparse) are not among them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/quant/space.h"

namespace vecext {

/// Distance between two stored vectors of `dims` dimensions.
using VectorDistance = double (*)(const void* a, const void* b, std::int32_t dims);

/// The one of an operator class; null for a pair that none has.
VectorDistance vector_distance(Element element, Metric metric);

/// Bytes of a stored vector.
std::size_t stored_bytes(Element element, std::int32_t dims);

/// The key (codec.h) that an operator's distance stands for, in the unit of bounds.
double key_of_distance(Metric metric, double distance);

/// May the vector x be indexed? One of zeros has no cosine.
bool is_indexable(Metric metric, const float* x, std::int32_t dims);

/// Widens a stored vector to floats: halves to their values, bits to 0 and 1.
void widen(Element element, const void* stored, std::int32_t dims, float* out);

/// The inverse: floats that came of widen(), as they are stored.
void narrow(Element element, const float* x, std::int32_t dims, void* out);

}  // namespace vecext
