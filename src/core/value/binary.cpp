// The wire form: big-endian integers and IEEE 754 numbers, whose bytes are swapped in bulk.
#include "core/value/binary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "core/value/check.h"
#include "core/value/elements.h"
#include "core/value/layout.h"

namespace vecext {

namespace {

static_assert(std::endian::native == std::endian::big ||
              std::endian::native == std::endian::little);

std::uint16_t swapped(std::uint16_t x) {
  return __builtin_bswap16(x);
}
std::uint32_t swapped(std::uint32_t x) {
  return __builtin_bswap32(x);
}

/// Copies `n` elements from the machine's byte order to the message's, or back. Neither side has to
/// be aligned.
template <class T>
void copy_swapped(const void* in, void* out, std::int32_t n) {
  using Bits = std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint32_t>;
  static_assert(sizeof(Bits) == sizeof(T));
  const auto* from = static_cast<const std::byte*>(in);
  auto* to = static_cast<std::byte*>(out);
  for (std::int32_t i = 0; i < n; ++i, from += sizeof(T), to += sizeof(T)) {
    Bits bits;
    std::memcpy(&bits, from, sizeof bits);
    if constexpr (std::endian::native == std::endian::little) {
      bits = swapped(bits);
    }
    std::memcpy(to, &bits, sizeof bits);
  }
}

template <class T>
T read(const std::byte* data) {
  T value;
  copy_swapped<T>(data, &value, 1);
  return value;
}

template <class T>
void write(T value, std::byte* out) {
  copy_swapped<T>(&value, out, 1);
}

/// Returns how many elements of type T fit in `size` bytes, but not more than `n`.
template <class T>
std::int32_t elements_in(std::size_t size, std::int32_t n) {
  return static_cast<std::int32_t>(std::min(size / sizeof(T), static_cast<std::size_t>(n)));
}

Status truncated(const char* type) {
  return {.code = StatusCode::kTruncated, .type = type};
}

Status check_non_zeros_of(std::int32_t nnz, std::int64_t dim) {
  if (nnz < 0) {
    return {.code = StatusCode::kNegativeNonZeros, .type = kSparsevecName};
  }
  VECEXT_TRY(check_non_zeros(nnz));
  if (nnz > dim) {
    return {.code = StatusCode::kMoreNonZerosThanDimensions, .type = kSparsevecName};
  }
  return {};
}

Status check_indices(const std::uint32_t* indices, std::int32_t n, std::int64_t dim) {
  std::int64_t previous = -1;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int64_t index = indices[i];
    if (index >= dim) {
      return {.code = StatusCode::kIndexOutOfBounds, .type = kSparsevecName};
    }
    if (index <= previous) {
      return {
          .code = index == previous ? StatusCode::kIndicesRepeated : StatusCode::kIndicesUnordered,
          .type = kSparsevecName};
    }
    previous = index;
  }
  return {};
}

/// Checks that each value is finite and not zero. Returns the fault of the first value that has
/// one.
Status check_stored_values(const float* values, std::int32_t n) {
  const auto* zero = std::find(values, values + n, 0.0F);
  Status status = check_finite(values, static_cast<std::int32_t>(zero - values));
  if (status.ok() && zero != values + n) {
    status.code = StatusCode::kStoredZero;
  }
  status.type = kSparsevecName;
  return status;
}

}  // namespace

template <class T>
Status decode_dense_header(const std::byte* data, std::size_t size, DenseHeader* header) {
  if (size < kDenseWireHeader) {
    return truncated(DenseType<T>::kName);
  }
  *header = {read<std::int16_t>(data), read<std::int16_t>(data + 2)};
  return check_dim<T>(header->dim);
}

template <class T>
Status decode_dense_elements(const std::byte* data, std::size_t size, std::int32_t dim, T* out) {
  const std::int32_t n = elements_in<T>(size, dim);
  copy_swapped<T>(data, out, n);
  VECEXT_TRY(check_finite(out, n));
  return n < dim ? truncated(DenseType<T>::kName) : Status{};
}

Status decode_sparse_header(const std::byte* data, std::size_t size, SparseHeader* header) {
  if (size < kSparseWireHeader) {
    return truncated(kSparsevecName);
  }
  *header = {dim_of_stored(read<std::int32_t>(data)), read<std::int32_t>(data + 4),
             read<std::int32_t>(data + 8)};
  VECEXT_TRY(check_sparse_dim(header->dim));
  return check_non_zeros_of(header->nnz, header->dim);
}

Status decode_sparse_elements(const std::byte* data, std::size_t size, SparseHeader header,
                              std::uint32_t* indices, float* values) {
  const std::int32_t n_indices = elements_in<std::uint32_t>(size, header.nnz);
  copy_swapped<std::uint32_t>(data, indices, n_indices);
  VECEXT_TRY(check_indices(indices, n_indices, header.dim));
  const std::size_t index_bytes = static_cast<std::size_t>(n_indices) * sizeof *indices;
  const std::int32_t n_values = elements_in<float>(size - index_bytes, header.nnz);
  copy_swapped<float>(data + index_bytes, values, n_values);
  VECEXT_TRY(check_stored_values(values, n_values));
  return n_values < header.nnz ? truncated(kSparsevecName) : Status{};
}

Status check_unused(const char* type, std::int32_t unused) {
  if (unused != 0) {
    return {.code = StatusCode::kUnusedNotZero, .type = type, .actual = unused};
  }
  return {};
}

template <class T>
std::size_t dense_wire_size(std::int32_t dim) {
  return kDenseWireHeader + static_cast<std::size_t>(dim) * sizeof(T);
}

template <class T>
void encode_dense(DenseView<T> view, std::byte* out) {
  write(static_cast<std::int16_t>(view.dim), out);
  write(std::int16_t{0}, out + 2);
  copy_swapped<T>(view.x, out + kDenseWireHeader, view.dim);
}

std::size_t sparse_wire_size(std::int32_t nnz) {
  return kSparseWireHeader +
         static_cast<std::size_t>(nnz) * (sizeof(std::uint32_t) + sizeof(float));
}

void encode_sparse(SparsevecView view, std::byte* out) {
  write(stored_dim(view.dim), out);
  write(view.nnz, out + 4);
  write(std::int32_t{0}, out + 8);
  out += kSparseWireHeader;
  copy_swapped<std::uint32_t>(view.indices, out, view.nnz);
  out += static_cast<std::size_t>(view.nnz) * sizeof(std::uint32_t);
  copy_swapped<float>(view.values, out, view.nnz);
}

template Status decode_dense_header<float>(const std::byte*, std::size_t, DenseHeader*);
template Status decode_dense_header<Half>(const std::byte*, std::size_t, DenseHeader*);
template Status decode_dense_elements(const std::byte*, std::size_t, std::int32_t, float*);
template Status decode_dense_elements(const std::byte*, std::size_t, std::int32_t, Half*);
template std::size_t dense_wire_size<float>(std::int32_t);
template std::size_t dense_wire_size<Half>(std::int32_t);
template void encode_dense(DenseView<float>, std::byte*);
template void encode_dense(DenseView<Half>, std::byte*);

}  // namespace vecext
