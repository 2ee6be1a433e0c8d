// The distance of an operator, on vectors as the column stores them. It is the number that SQL
// shows, so that rows have the order that a query asks for. A stored sparse vector is its value
// after the varlena header (core/value/layout.h); of vectors of other types only the elements are
// stored.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/quant/transform.h"

namespace vecext {

/// Returns the distance between two stored vectors of `dims` dimensions.
using VectorDistance = double (*)(const void* a, const void* b, std::int32_t dims);

/// Returns the distance of an operator class, or null if there is no such class.
VectorDistance vector_distance(Element element, Metric metric);

/// The cosine distance between vectors of one direction is less than this. It is not 0 because
/// norms and quotients are rounded.
inline constexpr double kCosineRounding = 1e-6;

/// Returns a distance as rows are ordered by it. In SQL NaN comes after infinity. So NaN becomes
/// infinity here, and infinity becomes the largest number.
inline double ordered_distance(double distance) {
  return std::isnan(distance) ? std::numeric_limits<double>::infinity()
                              : std::min(distance, std::numeric_limits<double>::max());
}

/// Returns the bytes of a stored vector, or of the head of a sparse one.
std::size_t stored_bytes(Element element, std::int32_t dims);

/// Returns the bytes of the given stored vector as a whole.
std::size_t stored_bytes(Element element, std::int32_t dims, const void* stored);

/// Returns the score (codec.h) of an operator's distance, in the unit of bounds.
double score_of_distance(Metric metric, double distance);

/// True if the stored vector may be indexed. A vector of zeros has no cosine.
bool is_indexable(Element element, Metric metric, const void* stored, std::int32_t dims);

/// Widens a stored vector to floats: halves to their values, bits to 0 and 1. The vector must not
/// be sparse.
void widen(Element element, const void* stored, std::int32_t dims, float* out);

/// Does the inverse of widen(): stores floats that came from it.
void narrow(Element element, const float* x, std::int32_t dims, void* out);

}  // namespace vecext
