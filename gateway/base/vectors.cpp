#include "base/vectors.h"

#include <bit>
#include <cstring>

#include "base/big_endian.h"
#include "base/failure.h"

namespace vecext::gateway {

int DenseVectors::add(std::span<const float> values) {
  constexpr std::size_t kMost = 16000;  // of a column of type vector
  if (values.size() > kMost) {
    throw Failure(FailureKind::kBadInput, "Vector dimension error: vectors have at most " +
                                              std::to_string(kMost) + " dimensions, got " +
                                              std::to_string(values.size()));
  }
  // The type's own form: the number of dimensions and an unused number, both of two bytes, and the
  // elements.
  const std::size_t length = 4 + 4 * values.size();
  append_big_endian(elements_, static_cast<std::uint32_t>(length));
  append_big_endian(elements_, static_cast<std::uint16_t>(values.size()));
  append_big_endian(elements_, std::uint16_t{0});
  std::size_t at = elements_.size();
  elements_.resize(at + 4 * values.size());
  for (const float value : values) {
    const std::uint32_t bits = to_big_endian(std::bit_cast<std::uint32_t>(value));
    std::memcpy(elements_.data() + at, &bits, sizeof bits);
    at += sizeof bits;
  }
  return size_++;
}

int DenseVectors::add_null() {
  append_big_endian(elements_, 0xffffffffu);  // the length -1
  return size_++;
}

}  // namespace vecext::gateway
