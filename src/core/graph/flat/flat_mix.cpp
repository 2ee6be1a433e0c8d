#include "core/graph/flat/flat_mix.h"

#include <algorithm>
#include <cstring>

#include "core/value/layout.h"

namespace vecext {

namespace {

void mix_dense(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
               std::byte* out) {
  constexpr std::int32_t kBlock = 64;
  float sum[kBlock];
  float one[kBlock];
  const std::size_t size = model.element() == Element::kHalf ? sizeof(Half) : sizeof(float);
  for (std::int32_t at = 0; at < model.meta.dims; at += kBlock) {
    const std::int32_t count = std::min(kBlock, model.meta.dims - at);
    const std::size_t offset = static_cast<std::size_t>(at) * size;
    std::fill_n(sum, count, 0.0F);
    for (std::int32_t i = 0; i < n; ++i) {
      widen(model.element(), elements[i] + offset, count, one);
      for (std::int32_t j = 0; j < count; ++j) {
        sum[j] += one[j] / static_cast<float>(n);
      }
    }
    narrow(model.element(), sum, count, out + offset);
  }
}

void mix_bits(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
              Random* random, std::byte* out) {
  std::fill_n(out, stored_bytes(model.element(), model.meta.dims), std::byte{0});
  for (std::int32_t i = 0; i < model.meta.dims; ++i) {
    const std::byte bit{static_cast<std::uint8_t>(0x80 >> i % 8)};
    out[i / 8] |= elements[random->below(static_cast<std::uint64_t>(n))][i / 8] & bit;
  }
}

/// Reads the non-zero elements of a sparse vector, in order.
class NonZeros {
 public:
  explicit NonZeros(const std::byte* element) : indices_(element + sizeof(SparsevecLayout)) {
    SparsevecLayout head;
    std::memcpy(&head, element, sizeof head);
    left_ = head.nnz;
    values_ = indices_ + static_cast<std::ptrdiff_t>(left_) * 4;
  }

  bool is_at_end() const { return left_ == 0; }
  std::uint32_t index() const { return read<std::uint32_t>(indices_); }
  float value() const { return read<float>(values_); }
  void next() {
    indices_ += sizeof(std::uint32_t);
    values_ += sizeof(float);
    --left_;
  }

 private:
  template <class T>
  static T read(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }

  const std::byte* indices_;
  const std::byte* values_;
  std::int32_t left_;
};

/// Calls put(index, mean) for each element of the mean of n sources, in the order of indexes.
template <class Put>
void merge(NonZeros* sources, std::int32_t n, const Put& put) {
  for (;;) {
    std::int64_t least = INT64_MAX;
    for (std::int32_t i = 0; i < n; ++i) {
      least = sources[i].is_at_end() ? least : std::min<std::int64_t>(least, sources[i].index());
    }
    if (least == INT64_MAX) {
      return;
    }
    float mean = 0;  // each element is divided first, as a sum might be infinite
    for (std::int32_t i = 0; i < n; ++i) {
      if (!sources[i].is_at_end() && sources[i].index() == least) {
        mean += sources[i].value() / static_cast<float>(n);
        sources[i].next();
      }
    }
    put(static_cast<std::uint32_t>(least), mean);
  }
}

std::size_t mix_sparse(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                       std::byte* out) {
  constexpr std::int32_t kMostSources = 3;
  const auto each = [&](const auto& put) {
    NonZeros sources[kMostSources] = {NonZeros(elements[0]), NonZeros(elements[n > 1 ? 1 : 0]),
                                      NonZeros(elements[n > 2 ? 2 : 0])};
    merge(sources, n, put);
  };
  SparsevecLayout head{.dim = model.meta.dims, .nnz = 0, .unused = 0};
  each([&](std::uint32_t, float mean) { head.nnz += mean != 0 ? 1 : 0; });
  std::memcpy(out, &head, sizeof head);
  std::byte* index = out + sizeof head;
  std::byte* value = index + static_cast<std::ptrdiff_t>(head.nnz) * 4;
  each([&](std::uint32_t at, float mean) {
    if (mean != 0) {
      std::memcpy(index, &at, sizeof at);
      std::memcpy(value, &mean, sizeof mean);
      index += sizeof at;
      value += sizeof mean;
    }
  });
  return sparse_size(head.nnz);
}

}  // namespace

std::size_t mixed_bytes(const GraphModel& model, const std::byte* const* elements, std::int32_t n) {
  if (model.element() != Element::kSparse) {
    return stored_bytes(model.element(), model.meta.dims);
  }
  std::size_t bytes = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    bytes += stored_bytes(model.element(), model.meta.dims, elements[i]);
  }
  return bytes;
}

std::size_t mix_elements(const GraphModel& model, const std::byte* const* elements, std::int32_t n,
                         Random* random, std::byte* out) {
  switch (model.element()) {
    case Element::kSparse:
      return mix_sparse(model, elements, n, out);
    case Element::kBit:
      mix_bits(model, elements, n, random, out);
      break;
    default:
      mix_dense(model, elements, n, out);
  }
  return stored_bytes(model.element(), model.meta.dims);
}

}  // namespace vecext
