// Kernels by table and length: time for one call, bytes of operands read in a second.
// "naive" is the loop that a compiler makes of the formula. Filter by name, as with
// --benchmark_filter=f32/l2_squared/.*/784
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <algorithm>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "core/kernel/kernel.h"

namespace vecext::kernel {
namespace {

constexpr std::size_t kDims[] = {3, 25, 100, 784, 1536};
constexpr std::size_t kCachedBytes = std::size_t{256} << 10;
constexpr std::size_t kUncachedBytes = std::size_t{128} << 20;

std::mt19937& random_bits() {
  static std::mt19937 generator(1);
  return generator;
}

/// An array at 8 bytes from the start of a cache line: a vector in a heap page is at a multiple of
/// 8 too, and where exactly decides how many of the wide loads touch two lines.
template <class T>
class Array {
 public:
  explicit Array(std::size_t n) : lines_((8 + n * sizeof(T)) / sizeof(Line) + 1) {}
  T* data() { return reinterpret_cast<T*>(lines_.data()->bytes + 8); }
  const T* data() const { return reinterpret_cast<const T*>(lines_.data()->bytes + 8); }

 private:
  struct alignas(64) Line {
    unsigned char bytes[64];
  };
  std::vector<Line> lines_;
};

/// Values in (-1, 1).
template <class T>
Array<T> random_values(std::size_t n) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  Array<T> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const float value = uniform(random_bits());
    if constexpr (std::is_same_v<T, float>) {
      values.data()[i] = value;
    } else {
      active().convert.float_to_half(&value, values.data() + i, 1);
    }
  }
  return values;
}

Array<std::uint8_t> random_bytes(std::size_t n) {
  Array<std::uint8_t> bytes(n);
  for (std::size_t i = 0; i < n; ++i) {
    bytes.data()[i] = static_cast<std::uint8_t>(random_bits()());
  }
  return bytes;
}

/// Runs `call` and reports `bytes` read in each.
template <class Call>
void add(const std::string& name, std::size_t bytes, Call call) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) mutable {
    call();  // rows are made in the first
    for (auto _ : state) {
      call();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  });
}

float naive_l2_squared(const float* a, const float* b, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  }
  return sum;
}

float naive_inner_product(const float* a, const float* b, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

template <class T, class Kernel>
void add_pair(const std::string& name, Kernel kernel, std::size_t n) {
  add(name + "/" + std::to_string(n), 2 * n * sizeof(T),
      [=, a = random_values<T>(n), b = random_values<T>(n)] {
        benchmark::DoNotOptimize(kernel(a.data(), b.data(), n));
        benchmark::ClobberMemory();
      });
}

/// Enough rows for the larger set; made when first asked for.
template <class T>
const T* batch_rows() {
  static const Array<T> rows = random_values<T>(kUncachedBytes / sizeof(T));
  return rows.data();
}

/// A batch form, and its single form in a loop, over the same rows of n elements.
template <class T>
void add_batch(const std::string& name, decltype(DenseKernels<T>::l2_squared) single,
               decltype(DenseKernels<T>::l2_squared_many) many, std::size_t n) {
  for (const std::size_t bytes : {kCachedBytes, kUncachedBytes}) {
    const std::size_t count = bytes / (n * sizeof(T));
    const std::string suffix =
        (bytes == kCachedBytes ? "/cached/" : "/uncached/") + std::to_string(n);
    const auto query = random_values<T>(n);
    std::vector<float> out(count);
    add(name + "_many" + suffix, count * n * sizeof(T), [=]() mutable {
      many(query.data(), batch_rows<T>(), n * sizeof(T), count, n, out.data());
      benchmark::ClobberMemory();
    });
    add(name + "_loop" + suffix, count * n * sizeof(T), [=]() mutable {
      for (std::size_t i = 0; i < count; ++i) {
        out[i] = single(query.data(), batch_rows<T>() + i * n, n);
      }
      benchmark::ClobberMemory();
    });
  }
}

template <class T>
void add_dense(const std::string& type, const std::string& table, const DenseKernels<T>& k) {
  for (const std::size_t n : kDims) {
    add_pair<T>(type + "/l2_squared/" + table, k.l2_squared, n);
    add_pair<T>(type + "/inner_product/" + table, k.inner_product, n);
    add_pair<T>(type + "/l1/" + table, k.l1, n);
    add_pair<T>(type + "/cosine/" + table, k.cosine, n);
    add(type + "/norm_squared/" + table + "/" + std::to_string(n), n * sizeof(T),
        [=, a = random_values<T>(n)] {
          benchmark::DoNotOptimize(k.norm_squared(a.data(), n));
          benchmark::ClobberMemory();
        });
    add_batch<T>(type + "/l2_squared/" + table, k.l2_squared, k.l2_squared_many, n);
    add_batch<T>(type + "/inner_product/" + table, k.inner_product, k.inner_product_many, n);
  }
}

void add_bits(const std::string& table, const BitKernels& k) {
  for (const std::size_t bits : {256, 1024, 64000}) {
    const std::size_t n = bits / 8;
    const auto a = random_bytes(n);
    const auto b = random_bytes(n);
    const std::string suffix = "/" + table + "/" + std::to_string(bits);
    add("bits/hamming" + suffix, 2 * n, [=] {
      benchmark::DoNotOptimize(k.hamming(a.data(), b.data(), n));
      benchmark::ClobberMemory();
    });
    add("bits/jaccard" + suffix, 2 * n, [=] {
      benchmark::DoNotOptimize(k.jaccard(a.data(), b.data(), n));
      benchmark::ClobberMemory();
    });
  }
}

struct Sparse {
  std::vector<std::uint32_t> indices;
  Array<float> values;

  SparseRow row() const {
    return {indices.data(), values.data(), static_cast<std::int32_t>(indices.size())};
  }
};

Sparse random_sparse(std::size_t nnz, std::uint32_t dim) {
  std::set<std::uint32_t> indices;
  std::uniform_int_distribution<std::uint32_t> index(0, dim - 1);
  while (indices.size() < nnz) {
    indices.insert(index(random_bits()));
  }
  return {{indices.begin(), indices.end()}, random_values<float>(nnz)};
}

/// Pairs drawn from 64 rows: of a single pair the processor would learn all branches by heart.
template <class Kernel>
void add_sparse(const std::string& name, Kernel kernel, std::size_t nnz_a, std::size_t nnz_b,
                std::uint32_t dim) {
  std::vector<Sparse> rows;
  for (int i = 0; i < 64; ++i) {
    rows.push_back(random_sparse(i % 2 == 0 ? nnz_a : nnz_b, dim));
  }
  add(name + "/" + std::to_string(nnz_a) + "x" + std::to_string(nnz_b) + "/" + std::to_string(dim),
      (nnz_a + nnz_b) * 8, [=, draw = std::uint32_t{1}]() mutable {
        draw = draw * 1664525 + 1013904223;
        const SparseRow a = rows[draw >> 26 & 62].row();
        const SparseRow b = rows[(draw >> 20 & 62) + 1].row();
        benchmark::DoNotOptimize(kernel(a, b));
      });
}

void add_table(const Kernels& table) {
  const std::string name = table.name;
  add_dense<float>("f32", name, table.f32);
  add_dense<Half>("f16", name, table.f16);
  add_bits(name, table.bits);
  const auto add_sparse_kernels = [&](std::size_t nnz_a, std::size_t nnz_b, std::uint32_t dim) {
    add_sparse("sparse/inner_product/" + name, table.sparse.inner_product, nnz_a, nnz_b, dim);
    add_sparse("sparse/l2_squared/" + name, table.sparse.l2_squared, nnz_a, nnz_b, dim);
  };
  add_sparse_kernels(128, 128, 1000);
  add_sparse_kernels(128, 128, 30000);
  add_sparse_kernels(10, 128, 30000);
  constexpr std::size_t kLength = 1536;
  add("convert/half_to_float/" + name, kLength * 2,
      [=, in = random_values<Half>(kLength), out = Array<float>(kLength)]() mutable {
        table.convert.half_to_float(in.data(), out.data(), kLength);
        benchmark::ClobberMemory();
      });
  add("convert/float_to_half/" + name, kLength * 4,
      [=, in = random_values<float>(kLength), out = Array<Half>(kLength)]() mutable {
        table.convert.float_to_half(in.data(), out.data(), kLength);
        benchmark::ClobberMemory();
      });
}

void add_all() {
  for (const std::size_t n : kDims) {
    add_pair<float>("f32/l2_squared/naive", naive_l2_squared, n);
    add_pair<float>("f32/inner_product/naive", naive_inner_product, n);
  }
  for (const Kernels* const* table = available(); *table != nullptr; ++table) {
    add_table(**table);
  }
}

}  // namespace
}  // namespace vecext::kernel

int main(int argc, char** argv) {
  vecext::kernel::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
