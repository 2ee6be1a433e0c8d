// Batch forms: each row has the bits of the single form, wherever it stands in the batch.
#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::batch_test {
namespace {

constexpr float kUntouched = -1234;

template <class T, class Single, class Many>
void check_batch(Single single, Many many, std::size_t n, std::size_t count, std::size_t stride,
                 std::mt19937& random) {
  const auto query = random_values<T>(n, random);
  const std::size_t size = count == 0 ? 0 : (count - 1) * stride + n * sizeof(T);
  GuardedMemory memory(size + 1);
  auto* rows = memory.end_with<unsigned char>(size, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = random_values<T>(n, random);
    if (n != 0) {
      std::memcpy(rows + i * stride, row.data(), n * sizeof(T));
    }
  }
  std::vector<float> out(count + 1, kUntouched);
  many(query.data(), rows, stride, count, n, out.data());
  for (std::size_t i = 0; i < count; ++i) {
    CAPTURE(i);
    const float want = single(query.data(), reinterpret_cast<const T*>(rows + i * stride), n);
    CHECK(bits_of(out[i]) == bits_of(want));
  }
  CHECK(out[count] == kUntouched);
}

template <class T>
void check_table(const Kernels& table, const DenseKernels<T>& k) {
  std::mt19937 random(4);
  CAPTURE(std::string(table.name));
  for (const std::size_t n : {0, 1, 3, 15, 16, 25, 50, 100, 128, 131, 784}) {
    for (std::size_t count = 0; count <= 9; ++count) {
      for (const std::size_t gap : {0, 1, 24}) {
        const std::size_t stride = n * sizeof(T) + gap;
        CAPTURE(n);
        CAPTURE(count);
        CAPTURE(gap);
        check_batch<T>(k.l2_squared, k.l2_squared_many, n, count, stride, random);
        check_batch<T>(k.inner_product, k.inner_product_many, n, count, stride, random);
        check_batch<T>(k.l1, k.l1_many, n, count, stride, random);
      }
    }
  }
}

TEST_CASE("batch forms equal single forms") {
  for (const Kernels* table : tables()) {
    check_table(*table, table->f32);
    check_table(*table, table->f16);
  }
}

}  // namespace
}  // namespace vecext::kernel::batch_test
