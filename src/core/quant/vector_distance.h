// The distance of an operator, on vectors as the column stores them: the number that SQL shows, so
// these numbers have the order that a query asks for. A stored sparse vector is its value after the
// varlena header (core/value/layout.h); of other types only the elements are stored.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/quant/transform.h"

namespace vecext {

/// Distance between two stored vectors of `dims` dimensions.
using VectorDistance = double (*)(const void* a, const void* b, std::int32_t dims);

/// The distance of an operator class; null if there is no such class.
VectorDistance vector_distance(Element element, Metric metric);

/// Cosine distances of vectors of one direction differ by less: norms and quotients are rounded.
inline constexpr double kCosineRounding = 1e-6;

/// A distance as rows are ordered by it: in SQL what is not a number comes after infinity. That is
/// infinity here, and infinity the largest number.
inline double ordered_distance(double distance) {
  return std::isnan(distance) ? std::numeric_limits<double>::infinity()
                              : std::min(distance, std::numeric_limits<double>::max());
}

/// Bytes of a stored vector; for a sparse one, of its head.
std::size_t stored_bytes(Element element, std::int32_t dims);

/// Bytes of the given stored vector, whole.
std::size_t stored_bytes(Element element, std::int32_t dims, const void* stored);

/// The score (codec.h) of an operator's distance, in the unit of bounds.
double score_of_distance(Metric metric, double distance);

/// True if the stored vector may be indexed. A vector of zeros has no cosine.
bool is_indexable(Element element, Metric metric, const void* stored, std::int32_t dims);

/// Widens a stored vector, not a sparse one, to floats: halves to their values, bits to 0 and 1.
void widen(Element element, const void* stored, std::int32_t dims, float* out);

/// The inverse of widen(): floats from it, as they are stored.
void narrow(Element element, const float* x, std::int32_t dims, void* out);

}  // namespace vecext
