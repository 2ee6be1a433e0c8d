// The distances that SQL functions return, made from the sums that kernels compute.
//
// Operands have equal dimensions (check_same_dim). Sums are in single precision and are widened at
// the end, as in pgvector, so that infinities and NaNs appear for the same inputs.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>

#include "core/value/views.h"

namespace vecext {

// These functions return the sums, with one overload for each kind of view.

template <class T>
double l2_squared_distance(DenseView<T> a, DenseView<T> b) {
  return DenseType<T>::kernels().l2_squared(a.x, b.x, static_cast<std::size_t>(a.dim));
}

inline double l2_squared_distance(SparsevecView a, SparsevecView b) {
  return kernel::active().sparse.l2_squared(a.row(), b.row());
}

template <class T>
double inner_product(DenseView<T> a, DenseView<T> b) {
  return DenseType<T>::kernels().inner_product(a.x, b.x, static_cast<std::size_t>(a.dim));
}

inline double inner_product(SparsevecView a, SparsevecView b) {
  return kernel::active().sparse.inner_product(a.row(), b.row());
}

template <class T>
double l1_distance(DenseView<T> a, DenseView<T> b) {
  return DenseType<T>::kernels().l1(a.x, b.x, static_cast<std::size_t>(a.dim));
}

inline double l1_distance(SparsevecView a, SparsevecView b) {
  return kernel::active().sparse.l1(a.row(), b.row());
}

template <class T>
kernel::CosineSums cosine_sums(DenseView<T> a, DenseView<T> b) {
  return DenseType<T>::kernels().cosine(a.x, b.x, static_cast<std::size_t>(a.dim));
}

inline kernel::CosineSums cosine_sums(SparsevecView a, SparsevecView b) {
  const kernel::Kernels& k = kernel::active();
  return {k.sparse.inner_product(a.row(), b.row()),
          k.f32.inner_product(a.values, a.values, static_cast<std::size_t>(a.nnz)),
          k.f32.inner_product(b.values, b.values, static_cast<std::size_t>(b.nnz))};
}

template <class T>
double norm(DenseView<T> a) {
  return std::sqrt(DenseType<T>::kernels().norm_squared(a.x, static_cast<std::size_t>(a.dim)));
}

inline double norm(SparsevecView a) {
  return std::sqrt(kernel::active().f32.norm_squared(a.values, static_cast<std::size_t>(a.nnz)));
}

// These functions make distances of the sums, for every kind of view.

/// Limits a cosine to [-1, 1]. NaN stays NaN.
inline double clamp_cosine(double cosine) {
  return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
}

template <class View>
double l2_distance(View a, View b) {
  return std::sqrt(l2_squared_distance(a, b));
}

template <class View>
double negative_inner_product(View a, View b) {
  return -inner_product(a, b);
}

/// Returns 1 - cos(a, b), which is in [0, 2], or NaN if a norm is zero.
template <class View>
double cosine_distance(View a, View b) {
  const kernel::CosineSums sums = cosine_sums(a, b);
  return 1 - clamp_cosine(sums.dot / std::sqrt(static_cast<double>(sums.norm_a) *
                                               static_cast<double>(sums.norm_b)));
}

/// Returns the angle between two unit vectors divided by pi, which is in [0, 1].
template <class View>
double spherical_distance(View a, View b) {
  return std::acos(clamp_cosine(inner_product(a, b))) / std::numbers::pi;
}

// These functions are for bit strings of whole bytes, whose unused bits are zero.

inline double hamming_distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  return static_cast<double>(kernel::active().bits.hamming(a, b, bytes));
}

/// Returns 1 - |a & b| / |a | b|. It is 1 if no bit is set in both strings, even if no bit is set
/// in either.
inline double jaccard_distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  const kernel::BitCounts n = kernel::active().bits.jaccard(a, b, bytes);
  return n.both == 0 ? 1
                     : 1 - static_cast<double>(n.both) / static_cast<double>(n.a + n.b - n.both);
}

}  // namespace vecext
