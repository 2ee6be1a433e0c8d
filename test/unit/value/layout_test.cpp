// Stored bytes: where the fields are, and what is refused.
#include "core/value/layout.h"

#include <doctest/doctest.h>

#include <string>

#include "value/samples.h"

namespace vecext::layout_test {
namespace {

/// Bytes at an odd address, in a buffer that ends with the last of them.
using Bytes = test::AtOddAddress<char>;

template <class... Fields>
std::vector<char> bytes(Fields... fields) {
  std::vector<char> out;
  const auto append = [&](auto field) {
    const auto* data = reinterpret_cast<const char*>(&field);
    out.insert(out.end(), data, data + sizeof field);
  };
  (append(fields), ...);
  return out;
}

using I2 = std::int16_t;
using I4 = std::int32_t;

TEST_CASE("a stored vector") {
  const std::vector<char> stored = bytes(I2{2}, I2{0}, 1.5F, -2.0F);
  REQUIRE(stored.size() == dense_size<float>(2));
  const Bytes odd(stored);
  VectorView view;
  REQUIRE(view_dense(odd.data(), stored.size(), &view).ok());
  CHECK(view.dim == 2);
  CHECK(load(view.x, 0) == 1.5F);
  CHECK(load(view.x, 1) == -2.0F);
}

TEST_CASE("a stored halfvec") {
  const std::vector<char> stored =
      bytes(I2{2}, I2{0}, std::uint16_t{0x3e00}, std::uint16_t{0xc000});
  REQUIRE(stored.size() == dense_size<Half>(2));
  const Bytes odd(stored);
  HalfvecView view;
  REQUIRE(view_dense(odd.data(), stored.size(), &view).ok());
  CHECK(view.dim == 2);
  CHECK(int{view.x[0].bits} == 0x3e00);
  CHECK(int{view.x[1].bits} == 0xc000);
}

TEST_CASE("a stored sparsevec") {
  const std::vector<char> stored = bytes(I4{9}, I4{2}, I4{0}, I4{3}, I4{8}, 1.5F, -2.0F);
  REQUIRE(stored.size() == sparse_size(2));
  const Bytes odd(stored);
  SparsevecView view;
  REQUIRE(view_sparse(odd.data(), stored.size(), &view).ok());
  CHECK(view.dim == 9);
  CHECK(view.nnz == 2);
  CHECK(load(view.indices, 1) == 8);
  CHECK(load(view.values, 0) == 1.5F);
}

TEST_CASE("a stored sparsevec of the open space") {
  const std::vector<char> stored = bytes(I4{INT32_MIN}, I4{2}, I4{0}, I4{3}, I4{-1}, 1.5F, -2.0F);
  const Bytes odd(stored);
  SparsevecView view;
  REQUIRE(view_sparse(odd.data(), stored.size(), &view).ok());
  CHECK(view.dim == kOpenSparseDims);
  CHECK(load(view.indices, 1) == 0xffffffff);
  CHECK(stored_dim(kOpenSparseDims) == INT32_MIN);
  CHECK(stored_dim(kMaxSparseDims) == kMaxSparseDims);
}

TEST_CASE_TEMPLATE("dense bytes of another size than the count says", T, float, Half) {
  for (const I2 dim : {I2{-1}, I2{0}, I2{2}, I2{4}, I2{32767}}) {
    std::vector<char> stored = bytes(dim, I2{0});
    stored.resize(dense_size<T>(3));
    const Bytes odd(stored);
    DenseView<T> view;
    const Status status = view_dense(odd.data(), stored.size(), &view);
    CHECK(status.code == StatusCode::kCorrupt);
    CHECK(std::string(status.type) == DenseType<T>::kName);
  }
  for (std::size_t size = 0; size < sizeof(DenseLayout); ++size) {
    const Bytes odd(std::vector<char>(size, 1));
    DenseView<T> view;
    CHECK(view_dense(odd.data(), size, &view).code == StatusCode::kCorrupt);
  }
}

TEST_CASE("sparse bytes of another size than the counts say") {
  const auto view = [](I4 dim, I4 nnz, std::size_t size) {
    std::vector<char> stored = bytes(dim, nnz, I4{0});
    stored.resize(size);
    const Bytes odd(stored);
    SparsevecView out;
    return view_sparse(odd.data(), size, &out);
  };
  CHECK(view(5, 2, sparse_size(2)).ok());
  CHECK(view(5, 0, sparse_size(0)).ok());
  CHECK(view(INT32_MIN, 2, sparse_size(2)).ok());
  CHECK(view(-1, 2, sparse_size(2)).code == StatusCode::kCorrupt);
  for (const I4 nnz : {-1, 1, 3, 16001, 0x7fffffff, -0x7fffffff}) {
    CHECK(view(5, nnz, sparse_size(2)).code == StatusCode::kCorrupt);
  }
  CHECK(view(5, 16001, sparse_size(16001)).code == StatusCode::kCorrupt);
  CHECK(view(0, 2, sparse_size(2)).code == StatusCode::kCorrupt);
  for (std::size_t size = 0; size < sizeof(SparsevecLayout); ++size) {
    CHECK(view(5, 0, size).code == StatusCode::kCorrupt);
  }
}

}  // namespace
}  // namespace vecext::layout_test
