// Every kernel table that this machine runs, against sums in double and against the portable table.
//
// Integers and conversions are equal bit for bit. A float sum of n terms is within n roundings of
// the terms' magnitudes, wherever no partial sum can overflow; with a NaN among its terms it is
// NaN; and a sum of terms that are never negative is large or infinite where the true one is.
#include <cmath>
#include <limits>

#include "core/kernel/kernel.h"
#include "core/value/elements.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

using kernel::Kernels;

/// What is known of a sum.
class Terms {
 public:
  void add(double term) {
    sum_ += term;
    magnitude_ += std::fabs(term);
    any_negative_ |= term < 0;
    ++count_;
  }

  /// `result` has been summed with roundings of relative size `epsilon`, in numbers up to `max`.
  void check(double result, double epsilon, double max) const {
    if (std::isnan(magnitude_)) {
      require(std::isnan(result));
    } else if (magnitude_ < max / 4) {
      const double roundings = count_ + 8;
      require(std::fabs(result - sum_) <= roundings * (epsilon * magnitude_ + 0x1p-149));
    } else if (!any_negative_) {
      require(result >= max / 8);
    }
  }
  void check(float result) const { check(result, 0x1p-23, std::numeric_limits<float>::max()); }
  void check(double result) const { check(result, 0x1p-52, std::numeric_limits<double>::max()); }

 private:
  double sum_ = 0;
  double magnitude_ = 0;
  double count_ = 0;
  bool any_negative_ = false;
};

/// The terms of each sum over pairs of elements.
struct PairTerms {
  Terms l2_squared;
  Terms inner_product;
  Terms l1;
  Terms norm_a;
  Terms norm_b;

  void add(double a, double b) {
    l2_squared.add((a - b) * (a - b));
    inner_product.add(a * b);
    l1.add(std::fabs(a - b));
    norm_a.add(a * a);
    norm_b.add(b * b);
  }
};

template <class T>
const kernel::DenseKernels<T>& dense(const Kernels& table);
template <>
const kernel::DenseKernels<float>& dense(const Kernels& table) {
  return table.f32;
}
template <>
const kernel::DenseKernels<Half>& dense(const Kernels& table) {
  return table.f16;
}

template <class T>
double element(const T* x, std::size_t i) {
  float value;
  widen(x + i, &value, 1);
  return value;
}

template <class T>
PairTerms pair_terms(const T* a, const T* b, std::size_t n) {
  PairTerms terms;
  for (std::size_t i = 0; i < n; ++i) {
    terms.add(element(a, i), element(b, i));
  }
  return terms;
}

/// Two vectors of half the bytes each, and the same bytes as two rows of a batch.
template <class T>
void fuzz_dense(const Kernels& table, const OddBytes& bytes) {
  const std::size_t n = bytes.size() / 2 / sizeof(T);
  const auto* a = reinterpret_cast<const T*>(bytes.data());
  const auto* b = reinterpret_cast<const T*>(bytes.data() + n * sizeof(T));
  const kernel::DenseKernels<T>& kernels = dense<T>(table);

  const PairTerms terms = pair_terms(a, b, n);
  terms.l2_squared.check(kernels.l2_squared(a, b, n));
  terms.inner_product.check(kernels.inner_product(a, b, n));
  terms.l1.check(kernels.l1(a, b, n));
  terms.norm_a.check(kernels.norm_squared(a, n));
  const kernel::CosineSums cosine = kernels.cosine(a, b, n);
  terms.inner_product.check(cosine.dot);
  terms.norm_a.check(cosine.norm_a);
  terms.norm_b.check(cosine.norm_b);

  const PairTerms rerank = pair_terms(a, a, n);
  float out[2];
  kernels.l2_squared_many(a, a, n * sizeof(T), 2, n, out);
  rerank.l2_squared.check(out[0]);
  terms.l2_squared.check(out[1]);
  kernels.inner_product_many(a, a, n * sizeof(T), 2, n, out);
  rerank.inner_product.check(out[0]);
  terms.inner_product.check(out[1]);
  kernels.l1_many(a, a, n * sizeof(T), 2, n, out);
  rerank.l1.check(out[0]);
  terms.l1.check(out[1]);
}

/// Two sparse rows whose indices ascend by the bytes given, and end at the greatest index if the
/// first byte says so.
void fuzz_sparse(const Kernels& table, const OddBytes& bytes) {
  const auto n = static_cast<std::int32_t>(bytes.size() / (2 * (1 + sizeof(float))));
  const auto split = static_cast<std::size_t>(n);
  std::vector<std::uint32_t> indices[2];
  for (std::size_t row = 0; row < 2; ++row) {
    std::uint32_t index = UINT32_MAX;
    for (std::size_t i = 0; i < split; ++i) {
      index += 1 + std::to_integer<std::uint32_t>(bytes.data()[row * split + i]) % 4;
      indices[row].push_back(index);
    }
    if (split > 0 && std::to_integer<unsigned>(bytes.data()[0]) >= 128) {
      const std::uint32_t more = UINT32_MAX - indices[row].back();
      for (std::uint32_t& raised : indices[row]) {
        raised += more;
      }
    }
    indices[row].shrink_to_fit();
  }
  const auto* values = reinterpret_cast<const float*>(bytes.data() + 2 * split);
  const kernel::SparseRow a = {indices[0].data(), values, n};
  const kernel::SparseRow b = {indices[1].data(), values + split, n};

  PairTerms terms;
  Terms inner_product;
  for (std::size_t i = 0, j = 0; i < split || j < split;) {
    const std::int64_t index_a = i < split ? indices[0][i] : INT64_MAX;
    const std::int64_t index_b = j < split ? indices[1][j] : INT64_MAX;
    const double x = index_a <= index_b ? element(a.values, i++) : 0;
    const double y = index_b <= index_a ? element(b.values, j++) : 0;
    terms.add(x, y);
    if (index_a == index_b) {
      inner_product.add(x * y);
    }
  }
  terms.l2_squared.check(table.sparse.l2_squared(a, b));
  inner_product.check(table.sparse.inner_product(a, b));
  terms.l1.check(table.sparse.l1(a, b));
}

void fuzz_bits(const Kernels& table, const Kernels& portable, const OddBytes& bytes) {
  const std::size_t n = bytes.size() / 2;
  const auto* a = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::uint8_t* b = a + n;
  require(table.bits.hamming(a, b, n) == portable.bits.hamming(a, b, n));
  const kernel::BitCounts counts = table.bits.jaccard(a, b, n);
  const kernel::BitCounts expected = portable.bits.jaccard(a, b, n);
  require(counts.both == expected.both && counts.a == expected.a && counts.b == expected.b);
}

/// The bytes read as halves and widened: floats whose sums never overflow, as those of arbitrary
/// bytes mostly do.
OddBytes moderate_floats(const Kernels& table, const OddBytes& bytes) {
  std::vector<float> floats(bytes.size() / sizeof(Half));
  table.convert.half_to_float(reinterpret_cast<const Half*>(bytes.data()), floats.data(),
                              floats.size());
  return {reinterpret_cast<const std::uint8_t*>(floats.data()), floats.size() * sizeof(float)};
}

template <class From, class To>
void check_same_conversion(void (*convert)(const From*, To*, std::size_t),
                           void (*expected)(const From*, To*, std::size_t), const OddBytes& bytes) {
  const std::size_t n = bytes.size() / sizeof(From);
  const auto* in = reinterpret_cast<const From*>(bytes.data());
  std::vector<To> out(n);
  std::vector<To> out_expected(n);
  convert(in, out.data(), n);
  expected(in, out_expected.data(), n);
  require(n == 0 || std::memcmp(out.data(), out_expected.data(), n * sizeof(To)) == 0);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  const OddBytes bytes(data, size);
  const Kernels* const* tables = vecext::kernel::available();
  const Kernels& portable = **tables;
  const OddBytes moderate = moderate_floats(portable, bytes);
  for (; *tables != nullptr; ++tables) {
    const Kernels& table = **tables;
    fuzz_dense<float>(table, bytes);
    fuzz_dense<float>(table, moderate);
    fuzz_dense<vecext::Half>(table, bytes);
    fuzz_sparse(table, bytes);
    fuzz_sparse(table, moderate);
    fuzz_bits(table, portable, bytes);
    check_same_conversion(table.convert.half_to_float, portable.convert.half_to_float, bytes);
    check_same_conversion(table.convert.float_to_half, portable.convert.float_to_half, bytes);
  }
  return 0;
}
