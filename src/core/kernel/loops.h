// The loops, written once for all instruction sets. Each instruction set has a struct `Lanes` of
// static functions, its vector primitives, over which the loops are written (README.md lists them).
//
// The file of each instruction set includes this file and is compiled with flags of its own. So
// everything here is in an anonymous namespace. With external linkage, several objects would define
// the same function, and the linker would keep any one of them: generic code might then run code
// for AVX-512 on a machine that does not have it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/kernel/half.h"
#include "core/kernel/kernel.h"
#include "core/kernel/tables.h"

namespace vecext::kernel {
namespace {

// Memory.

/// Loads a T from an address of any alignment.
template <class T>
inline T load_unaligned(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Copies fewer than kSize bytes, where kSize is a power of two. It does without a call of memcpy,
/// and serves for the rest at the end of an array.
template <std::size_t kSize>
inline void copy_rest(void* to, const void* from, std::size_t bytes) {
  if constexpr (kSize > 1) {
    constexpr std::size_t kHalf = kSize / 2;
    const std::size_t done = bytes & kHalf;
    if (done != 0) {
      std::memcpy(to, from, kHalf);
    }
    copy_rest<kHalf>(static_cast<unsigned char*>(to) + done,
                     static_cast<const unsigned char*>(from) + done, bytes);
  }
}

/// Returns 8 bytes of an array of `bytes` bytes, from byte `at` on, the first byte lowest. Bytes
/// after the end of the array are zeros. It serves for the rest at the end of an array, on
/// little-endian machines.
inline std::uint64_t load_word(const void* from, std::size_t at, std::size_t bytes) {
  if (at >= bytes) {
    return 0;
  }
  const auto* p = static_cast<const unsigned char*>(from) + at;
  const std::size_t left = bytes - at;
  if (left >= 8) {
    return load_unaligned<std::uint64_t>(p);
  }
  if (left >= 4) {
    const std::uint64_t high = load_unaligned<std::uint32_t>(p + left - 4);
    return load_unaligned<std::uint32_t>(p) | high << (8 * (left - 4));
  }
  std::uint64_t word = 0;
  if (left >= 2) {
    word = load_unaligned<std::uint16_t>(p);
  }
  return word | static_cast<std::uint64_t>(p[left - 1]) << (8 * (left - 1));
}

/// Prefetches kBytes bytes from address p + ahead on. There need not be memory at these addresses.
template <std::size_t kBytes>
inline void prefetch(const void* p, std::size_t ahead) {
  for (std::size_t i = 0; i < kBytes; i += 64) {
    __builtin_prefetch(static_cast<const unsigned char*>(p) + ahead + i);
  }
}

/// How many elements of type T a loop takes at a time, which is how many floats a vector has.
template <class Lanes, class T>
constexpr std::size_t kWidth = sizeof(typename Lanes::Floats) / sizeof(float);

template <class Lanes>
constexpr std::size_t kWidth<Lanes, std::uint8_t> = sizeof(typename Lanes::Words);

// These are the sums over pairs of elements. Each struct says which sums are kept, how a pair of
// vectors is added, and what the result is. If kOnlyPairs is true, a pair in which an element is 0
// adds nothing (sparse.h).

template <class L>
struct L2Squared {
  using Lanes = L;
  using Sums = typename L::Floats;
  using Result = float;
  static constexpr bool kOnlyPairs = false;
  static void add(Sums& sums, Sums a, Sums b) {
    const Sums d = a - b;
    sums = L::mul_add(d, d, sums);
  }
  static Result result(Sums sums) { return L::sum(sums); }
};

template <class L>
struct InnerProduct {
  using Lanes = L;
  using Sums = typename L::Floats;
  using Result = float;
  static constexpr bool kOnlyPairs = true;
  static void add(Sums& sums, Sums a, Sums b) { sums = L::mul_add(a, b, sums); }
  static Result result(Sums sums) { return L::sum(sums); }
};

template <class L>
struct L1 {
  using Lanes = L;
  using Sums = typename L::Floats;
  using Result = float;
  static constexpr bool kOnlyPairs = false;
  static void add(Sums& sums, Sums a, Sums b) { sums = sums + L::abs(a - b); }
  static Result result(Sums sums) { return L::sum(sums); }
};

template <class L>
struct Cosine {
  using Lanes = L;
  using Floats = typename L::Floats;
  struct Sums {
    Floats dot, a, b;
    friend Sums operator+(Sums x, Sums y) { return {x.dot + y.dot, x.a + y.a, x.b + y.b}; }
  };
  using Result = CosineSums;
  static void add(Sums& sums, Floats a, Floats b) {
    sums.dot = L::mul_add(a, b, sums.dot);
    sums.a = L::mul_add(a, a, sums.a);
    sums.b = L::mul_add(b, b, sums.b);
  }
  static Result result(Sums sums) { return {L::sum(sums.dot), L::sum(sums.a), L::sum(sums.b)}; }
};

/// The sum of the squares of the first operand, in double precision. It does not use the second
/// operand.
template <class L>
struct NormSquared {
  using Lanes = L;
  using Floats = typename L::Floats;
  using Doubles = typename L::Doubles;
  struct Sums {
    Doubles low, high;
    friend Sums operator+(Sums x, Sums y) { return {x.low + y.low, x.high + y.high}; }
  };
  using Result = double;
  static void add(Sums& sums, Floats a, Floats) {
    const Doubles low = L::low(a);
    const Doubles high = L::high(a);
    sums.low = L::mul_add(low, low, sums.low);
    sums.high = L::mul_add(high, high, sums.high);
  }
  static Result result(Sums sums) { return L::sum(sums.low + sums.high); }
};

template <class L>
struct Hamming {
  using Lanes = L;
  using Sums = typename L::Words;
  using Result = std::uint64_t;
  static void add(Sums& sums, Sums a, Sums b) { sums = sums + L::popcount(a ^ b); }
  static Result result(Sums sums) { return L::sum(sums); }
};

template <class L>
struct Jaccard {
  using Lanes = L;
  using Words = typename L::Words;
  struct Sums {
    Words both, a, b;
    friend Sums operator+(Sums x, Sums y) { return {x.both + y.both, x.a + y.a, x.b + y.b}; }
  };
  using Result = BitCounts;
  static void add(Sums& sums, Words a, Words b) {
    sums.both = sums.both + L::popcount(a & b);
    sums.a = sums.a + L::popcount(a);
    sums.b = sums.b + L::popcount(b);
  }
  static Result result(Sums sums) { return {L::sum(sums.both), L::sum(sums.a), L::sum(sums.b)}; }
};

// Reductions.

/// Computes results[r] = Op over the pairs (a[i], rows[r][i]) with i < n. Each row has four
/// independent sums, so that additions need not wait for each other. The result of a row does not
/// depend on how many rows are taken together. If there are several rows, the bytes that lie
/// `ahead` bytes after each row are prefetched.
template <class Op, std::size_t kRows, class A, class T>
[[gnu::always_inline]] inline void reduce(const A* a, const T* const (&rows)[kRows], std::size_t n,
                                          std::size_t ahead,
                                          typename Op::Result (&results)[kRows]) {
  using Lanes = typename Op::Lanes;
  constexpr std::size_t kStep = kWidth<Lanes, T>;
  typename Op::Sums sums[kRows][4] = {};
  const auto step = [&](std::size_t at, std::size_t sum) {
    const auto x = Lanes::load(a + at);
    for (std::size_t r = 0; r < kRows; ++r) {
      Op::add(sums[r][sum], x, Lanes::load(rows[r] + at));
    }
  };

  std::size_t i = 0;
  for (; i + 4 * kStep <= n; i += 4 * kStep) {
    if constexpr (kRows > 1) {
      for (const T* row : rows) {
        prefetch<4 * kStep * sizeof(T)>(row + i, ahead);
      }
    }
    step(i, 0);
    step(i + kStep, 1);
    step(i + 2 * kStep, 2);
    step(i + 3 * kStep, 3);
  }
  if (i + 2 * kStep <= n) {
    step(i, 0);
    step(i + kStep, 1);
    i += 2 * kStep;
  }
  if (i + kStep <= n) {
    step(i, 2);
    i += kStep;
  }
  if (i < n) {
    const auto x = Lanes::load(a + i, n - i);
    for (std::size_t r = 0; r < kRows; ++r) {
      Op::add(sums[r][3], x, Lanes::load(rows[r] + i, n - i));
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    results[r] = Op::result((sums[r][0] + sums[r][1]) + (sums[r][2] + sums[r][3]));
  }
}

template <class Op, class T, class A = T>
typename Op::Result one(const A* a, const T* b, std::size_t n) {
  const T* const row[1] = {b};
  typename Op::Result result[1];
  reduce<Op>(a, row, n, 0, result);
  return result[0];
}

template <class Op, class T>
double one(const T* a, std::size_t n) {
  return one<Op>(a, a, n);
}

/// Does this for many rows. It takes Lanes::kRows rows at a time, for which the query is loaded
/// once.
template <class Op, class T>
void many(const T* query, const void* rows, std::size_t stride, std::size_t count, std::size_t n,
          float* out) {
  constexpr std::size_t kRows = Op::Lanes::kRows;
  const auto row = [&](std::size_t i) {
    return reinterpret_cast<const T*>(static_cast<const unsigned char*>(rows) + i * stride);
  };
  std::size_t i = 0;
  for (; i + kRows <= count; i += kRows) {
    const T* group[kRows];
    for (std::size_t r = 0; r < kRows; ++r) {
      group[r] = row(i + r);
    }
    float results[kRows];
    reduce<Op>(query, group, n, kRows * stride, results);
    std::memcpy(static_cast<void*>(out + i), results, sizeof results);
  }
  for (; i < count; ++i) {
    const float result = one<Op>(query, row(i), n);
    std::memcpy(static_cast<void*>(out + i), &result, sizeof result);
  }
}

// Conversions.

template <class Lanes, class From, class To>
void convert(const From* in, To* out, std::size_t n) {
  constexpr std::size_t kStep = kWidth<Lanes, From>;
  std::size_t i = 0;
  for (; i + kStep <= n; i += kStep) {
    Lanes::store(out + i, Lanes::load(in + i));
  }
  if (i < n) {
    Lanes::store(out + i, Lanes::load(in + i, n - i), n - i);
  }
}

// The parts of a table.

template <class Lanes, class T>
constexpr DenseKernels<T> dense_kernels() {
  return {one<L2Squared<Lanes>, T>,     one<InnerProduct<Lanes>, T>, one<L1<Lanes>, T>,
          one<Cosine<Lanes>, T>,        one<NormSquared<Lanes>, T>,  many<L2Squared<Lanes>, T>,
          many<InnerProduct<Lanes>, T>, many<L1<Lanes>, T>};
}

template <class Lanes>
constexpr BitKernels bit_kernels() {
  return {one<Hamming<Lanes>, std::uint8_t>, one<Jaccard<Lanes>, std::uint8_t>};
}

template <class Lanes>
constexpr MixedKernels mixed_kernels() {
  return {one<InnerProduct<Lanes>, Half, float>, one<InnerProduct<Lanes>, std::int8_t, float>};
}

template <class Lanes>
constexpr ConvertKernels convert_kernels() {
  return {convert<Lanes, Half, float>, convert<Lanes, float, Half>};
}

}  // namespace
}  // namespace vecext::kernel
