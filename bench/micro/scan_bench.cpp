// Codes: rotation, coding, the query's table, and blocks of 32 codes scored, by table of kernels
// and width. Filter by name, as with --benchmark_filter=sum_codes/.*/100
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/kernel/kernel.h"
#include "core/quant/codec.h"
#include "core/quant/int8.h"
#include "core/quant/rotation.h"

namespace vecext {
namespace {

std::vector<float> normal_values(std::int32_t n) {
  static std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(n));
  for (float& value : values) {
    value = normal(random);
  }
  return values;
}

/// Random bytes from the start of a cache line on, as the blocks of a page and a query's table.
class Bytes {
 public:
  explicit Bytes(std::size_t n) : lines_(n / sizeof(Line) + 1) {
    std::mt19937 random(2);
    for (Line& line : lines_) {
      for (std::uint8_t& byte : line.bytes) {
        byte = static_cast<std::uint8_t>(random());
      }
    }
  }
  const std::uint8_t* data() const { return lines_.data()->bytes; }

 private:
  struct alignas(64) Line {
    std::uint8_t bytes[64];
  };
  std::vector<Line> lines_;
};

void bench_rotate(benchmark::State& state, std::int32_t dims) {
  std::vector<float> x = normal_values(dims);
  for (auto _ : state) {
    rotate({dims, 7}, x.data());
    benchmark::DoNotOptimize(x.data());
  }
}

void bench_encode(benchmark::State& state, Codec codec) {
  const std::vector<float> x = normal_values(codec.dims);
  const std::vector<float> centroid = normal_values(codec.dims);
  std::vector<std::uint8_t> nibbles(static_cast<std::size_t>(codec.groups()));
  Factors factors;
  for (auto _ : state) {
    encode(codec, x.data(), centroid.data(), 1, nibbles.data(), &factors);
    benchmark::DoNotOptimize(factors);
    benchmark::ClobberMemory();
  }
}

void bench_prepare_query(benchmark::State& state, Codec codec) {
  const std::vector<float> q = normal_values(codec.dims);
  std::vector<std::uint8_t> table(static_cast<std::size_t>(codec.groups()) * 16);
  QueryTable query = {table.data(), 0, 0};
  for (auto _ : state) {
    prepare_query(codec, q.data(), &query);
    benchmark::ClobberMemory();
  }
}

void bench_encode_int8(benchmark::State& state, std::int32_t dims) {
  const std::vector<float> x = normal_values(dims);
  std::vector<std::int8_t> bytes(x.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(encode_int8(x.data(), x.size(), bytes.data()));
    benchmark::ClobberMemory();
  }
}

void bench_decode_int8(benchmark::State& state, std::int32_t dims) {
  const std::vector<std::int8_t> bytes(static_cast<std::size_t>(dims), 3);
  std::vector<float> x(bytes.size());
  for (auto _ : state) {
    decode_int8(bytes.data(), bytes.size(), 0.25f, x.data());
    benchmark::ClobberMemory();
  }
}

void bench_sum_codes(benchmark::State& state, const kernel::Kernels* kernels, std::size_t groups) {
  const Bytes codes(16 * groups);
  const Bytes table(16 * groups);
  alignas(64) std::uint32_t sums[32];
  for (auto _ : state) {
    kernels->scan.sum_codes(codes.data(), table.data(), groups, sums);
    benchmark::DoNotOptimize(sums);
    benchmark::ClobberMemory();
  }
}

/// Blocks of one list, one after the other: sums and estimates, codes not in the nearest cache.
void bench_scan(benchmark::State& state, const kernel::Kernels* kernels, std::size_t groups) {
  const std::size_t stride = 16 * groups + 128;
  const std::size_t blocks = (std::size_t{8} << 20) / stride;
  const Bytes bytes(blocks * stride);
  const Bytes table(16 * groups);
  alignas(64) std::uint32_t sums[32];
  alignas(64) float estimates[32];
  alignas(64) float bounds[32];
  std::size_t at = 0;
  for (auto _ : state) {
    const std::uint8_t* block = bytes.data() + at * stride;
    const auto* factors = reinterpret_cast<const Half*>(block + 16 * groups);
    kernels->scan.sum_codes(block, table.data(), groups, sums);
    benchmark::DoNotOptimize(
        kernels->scan.estimate(sums, factors, factors + 32, {1, 1, 1, 1, 1}, 0, estimates, bounds));
    at = at + 1 == blocks ? 0 : at + 1;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stride));
}

void bench_estimate(benchmark::State& state, const kernel::Kernels* kernels) {
  alignas(64) std::uint32_t sums[32] = {};
  Half factors[64] = {};
  alignas(64) float estimates[32];
  alignas(64) float bounds[32];
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        kernels->scan.estimate(sums, factors, factors + 32, {1, 1, 1, 1, 1}, 0, estimates, bounds));
    benchmark::ClobberMemory();
  }
}

template <class Function, class... Args>
void add(const std::string& name, Function function, Args... args) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& s) { function(s, args...); });
}

void add_all() {
  for (const std::int32_t dims : {100, 128, 784, 1536}) {
    add("rotate/" + std::to_string(dims), bench_rotate, dims);
    for (const std::int32_t bits : {1, 2, 4}) {
      const std::string name = std::to_string(bits) + "bit/" + std::to_string(dims);
      const Codec codec = {Metric::kL2, bits, dims, dims};
      add("encode/" + name, bench_encode, codec);
      add("prepare_query/" + name, bench_prepare_query, codec);
    }
    add("encode_int8/" + std::to_string(dims), bench_encode_int8, dims);
    add("decode_int8/" + std::to_string(dims), bench_decode_int8, dims);
  }
  for (const kernel::Kernels* const* k = kernel::available(); *k != nullptr; ++k) {
    const std::string name = (*k)->name;
    for (const std::size_t groups : {25, 50, 100, 196, 392}) {
      add("sum_codes/" + name + "/" + std::to_string(groups), bench_sum_codes, *k, groups);
      add("scan/" + name + "/" + std::to_string(groups), bench_scan, *k, groups);
    }
    add("estimate/" + name, bench_estimate, *k);
  }
}

}  // namespace
}  // namespace vecext

int main(int argc, char** argv) {
  vecext::kernel::select_best();
  vecext::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
