// The distance of an operator, on vectors as the column has them: what SQL shows, so that the order
// of these numbers is the order that a query asks for. A stored sparse vector is its value behind
// the varlena header (core/value/layout.h); of the others their elements alone are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/quant/transform.h"

namespace vecext {

/// Distance between two stored vectors of `dims` dimensions.
using VectorDistance = double (*)(const void* a, const void* b, std::int32_t dims);

/// The one of an operator class; null for a pair that none has.
VectorDistance vector_distance(Element element, Metric metric);

/// Bytes of a stored vector; of a sparse one those of its head.
std::size_t stored_bytes(Element element, std::int32_t dims);

/// The same of the one given, whole.
std::size_t stored_bytes(Element element, std::int32_t dims, const void* stored);

/// The key (codec.h) that an operator's distance stands for, in the unit of bounds.
double key_of_distance(Metric metric, double distance);

/// May the stored vector be indexed? One of zeros has no cosine.
bool is_indexable(Element element, Metric metric, const void* stored, std::int32_t dims);

/// Widens a stored vector, not a sparse one, to floats: halves to their values, bits to 0 and 1.
void widen(Element element, const void* stored, std::int32_t dims, float* out);

/// The inverse: floats that came of widen(), as they are stored.
void narrow(Element element, const float* x, std::int32_t dims, void* out);

}  // namespace vecext
