// The distance of an operator, on vectors as the column stores them. It is the number that SQL
// shows, so that rows come in the order that a query asks for. A stored sparse vector is its value
// after the varlena header (core/value/layout.h). For other types, only the elements are stored.
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

/// Returns the distance of the operator class for `element` and `metric`, or null if there is no
/// such class.
VectorDistance vector_distance(Element element, Metric metric);

/// The cosine distance between vectors of one direction is less than this. It is not 0 because
/// norms and quotients are rounded.
inline constexpr double kCosineRounding = 1e-6;

/// Returns a distance as the number that rows are ordered by. In SQL NaN comes after infinity, so
/// NaN becomes infinity here, and infinity becomes the largest number.
inline double ordered_distance(double distance) {
  return std::isnan(distance) ? std::numeric_limits<double>::infinity()
                              : std::min(distance, std::numeric_limits<double>::max());
}

/// Returns how many bytes a stored vector has. If it is sparse, it is only the bytes of its head.
std::size_t stored_bytes(Element element, std::int32_t dims);

/// Returns how many bytes the stored vector `stored` has as a whole.
std::size_t stored_bytes(Element element, std::int32_t dims, const void* stored);

/// Returns the score (codec.h) of an operator's distance, in the unit of bounds.
double score_of_distance(Metric metric, double distance);

/// True if the stored vector may be indexed. A vector of zeros has no cosine.
bool is_indexable(Element element, Metric metric, const void* stored, std::int32_t dims);

/// Widens a stored vector to floats: halves to their values, bits to 0 and 1. The vector must not
/// be sparse.
void widen(Element element, const void* stored, std::int32_t dims, float* out);

/// Stores the floats x, which came from widen(), as elements again. It is the inverse of widen().
void narrow(Element element, const float* x, std::int32_t dims, void* out);

}  // namespace vecext
