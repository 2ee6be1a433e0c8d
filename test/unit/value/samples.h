// What the tests of this room build their values from.
#pragma once

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <vector>

#include "core/value/elements.h"
#include "core/value/views.h"

namespace vecext::test {

/// Elements of T nearest to the floats given.
template <class T>
std::vector<T> elements(const std::vector<float>& x) {
  std::vector<T> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    narrow(&x[i], &out[i], 1);
  }
  return out;
}

template <class T>
std::vector<float> floats(const std::vector<T>& x) {
  std::vector<float> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    widen(&x[i], &out[i], 1);
  }
  return out;
}

/// Elements at an odd address, in a buffer that ends with the last of them.
template <class T>
class AtOddAddress {
 public:
  explicit AtOddAddress(const std::vector<T>& x) : bytes_(1 + x.size() * sizeof(T)) {
    if (!x.empty()) {
      std::memcpy(bytes_.data() + 1, x.data(), x.size() * sizeof(T));
    }
  }
  const T* data() const { return reinterpret_cast<const T*>(bytes_.data() + 1); }

 private:
  std::vector<std::byte> bytes_;
};

/// A dense vector at an odd address.
template <class T>
class Dense {
 public:
  Dense(std::initializer_list<float> x) : Dense(std::vector<float>(x)) {}
  explicit Dense(const std::vector<float>& x)
      : elements_(elements<T>(x)), dim_(static_cast<std::int32_t>(x.size())) {}
  DenseView<T> view() const { return {elements_.data(), dim_}; }

 private:
  AtOddAddress<T> elements_;
  std::int32_t dim_;
};

/// A sparse vector at an odd address.
class Sparse {
 public:
  Sparse(std::int64_t dim, const std::vector<std::uint32_t>& indices,
         const std::vector<float>& values)
      : indices_(indices),
        values_(values),
        dim_(dim),
        nnz_(static_cast<std::int32_t>(indices.size())) {}
  SparsevecView view() const { return {dim_, nnz_, indices_.data(), values_.data()}; }

 private:
  AtOddAddress<std::uint32_t> indices_;
  AtOddAddress<float> values_;
  std::int64_t dim_;
  std::int32_t nnz_;
};

}  // namespace vecext::test
