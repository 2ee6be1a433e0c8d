#include "core/quant/vector_distance.h"

#include <type_traits>

#include "core/kernel/kernel.h"
#include "core/value/distance.h"
#include "core/value/layout.h"

namespace vecext {

namespace {

/// Returns a view of a stored vector. T is the type of its elements, or SparsevecView for a sparse
/// vector, which has its dimensions itself.
template <class T>
auto view(const void* vector, std::int32_t dims) {
  if constexpr (std::is_same_v<T, SparsevecView>) {
    return sparse_view_of(vector);
  } else {
    return DenseView<T>{static_cast<const T*>(vector), dims};
  }
}

template <class T>
double l2(const void* a, const void* b, std::int32_t dims) {
  return l2_distance(view<T>(a, dims), view<T>(b, dims));
}

template <class T>
double product(const void* a, const void* b, std::int32_t dims) {
  return negative_inner_product(view<T>(a, dims), view<T>(b, dims));
}

template <class T>
double cosine(const void* a, const void* b, std::int32_t dims) {
  return cosine_distance(view<T>(a, dims), view<T>(b, dims));
}

template <class T>
double l1(const void* a, const void* b, std::int32_t dims) {
  return l1_distance(view<T>(a, dims), view<T>(b, dims));
}

using BitDistance = double (*)(const std::uint8_t*, const std::uint8_t*, std::size_t);

template <BitDistance kDistance>
double of_bits(const void* a, const void* b, std::int32_t dims) {
  return kDistance(static_cast<const std::uint8_t*>(a), static_cast<const std::uint8_t*>(b),
                   static_cast<std::size_t>(dims + 7) / 8);
}

template <class T>
VectorDistance distance_of_numbers(Metric metric) {
  switch (metric) {
    case Metric::kL2:
      return l2<T>;
    case Metric::kInnerProduct:
      return product<T>;
    case Metric::kCosine:
      return cosine<T>;
    case Metric::kL1:
      return l1<T>;
    case Metric::kHamming:
    case Metric::kJaccard:
      break;
  }
  return nullptr;
}

VectorDistance bit_distance(Metric metric) {
  switch (metric) {
    case Metric::kHamming:
      return of_bits<hamming_distance>;
    case Metric::kJaccard:
      return of_bits<jaccard_distance>;
    default:
      return nullptr;
  }
}

}  // namespace

VectorDistance vector_distance(Element element, Metric metric) {
  switch (element) {
    case Element::kFloat:
      return distance_of_numbers<float>(metric);
    case Element::kHalf:
      return distance_of_numbers<Half>(metric);
    case Element::kBit:
      return bit_distance(metric);
    case Element::kSparse:
      return distance_of_numbers<SparsevecView>(metric);
  }
  return nullptr;
}

std::size_t stored_bytes(Element element, std::int32_t dims) {
  const auto n = static_cast<std::size_t>(dims);
  switch (element) {
    case Element::kFloat:
      return n * sizeof(float);
    case Element::kHalf:
      return n * sizeof(Half);
    case Element::kBit:
      return (n + 7) / 8;
    case Element::kSparse:
      break;
  }
  return sizeof(SparsevecLayout);
}

std::size_t stored_bytes(Element element, std::int32_t dims, const void* stored) {
  return element == Element::kSparse ? sparse_size(sparse_view_of(stored).nnz)
                                     : stored_bytes(element, dims);
}

double score_of_distance(Metric metric, double distance) {
  switch (metric) {
    case Metric::kL2:
      return distance * distance;
    case Metric::kCosine:
      return 2 * distance;
    default:
      return distance;
  }
}

bool is_indexable(Element element, Metric metric, const void* stored, std::int32_t dims) {
  if (metric != Metric::kCosine) {
    return true;
  }
  switch (element) {
    case Element::kFloat:
      return norm(view<float>(stored, dims)) > 0;
    case Element::kHalf:
      return norm(view<Half>(stored, dims)) > 0;
    case Element::kSparse:
      return norm(sparse_view_of(stored)) > 0;
    case Element::kBit:
      break;
  }
  return true;
}

void widen(Element element, const void* stored, std::int32_t dims, float* out) {
  const auto n = static_cast<std::size_t>(dims);
  switch (element) {
    case Element::kFloat:
      __builtin_memcpy(out, stored, n * sizeof(float));
      break;
    case Element::kHalf:
      kernel::active().convert.half_to_float(static_cast<const Half*>(stored), out, n);
      break;
    case Element::kBit:
      for (std::size_t i = 0; i < n; ++i) {
        const unsigned byte = static_cast<const std::uint8_t*>(stored)[i / 8];
        out[i] = static_cast<float>(byte >> (7 - i % 8) & 1);
      }
      break;
    case Element::kSparse:
      break;
  }
}

void narrow(Element element, const float* x, std::int32_t dims, void* out) {
  const auto n = static_cast<std::size_t>(dims);
  switch (element) {
    case Element::kFloat:
      __builtin_memcpy(out, x, n * sizeof(float));
      break;
    case Element::kHalf:
      kernel::active().convert.float_to_half(x, static_cast<Half*>(out), n);
      break;
    case Element::kBit: {
      auto* bytes = static_cast<std::uint8_t*>(out);
      __builtin_memset(bytes, 0, (n + 7) / 8);
      for (std::size_t i = 0; i < n; ++i) {
        bytes[i / 8] |= static_cast<std::uint8_t>((x[i] != 0 ? 0x80u : 0u) >> (i % 8));
      }
      break;
    }
    case Element::kSparse:
      break;
  }
}

}  // namespace vecext
