// The wire form: its bytes, and which fault is reported.
#include "core/value/binary.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "value/samples.h"

namespace vecext::binary_test {
namespace {

using Message = std::vector<std::byte>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Message message(std::initializer_list<unsigned> bytes) {
  Message out;
  for (const unsigned byte : bytes) {
    out.push_back(static_cast<std::byte>(byte));
  }
  return out;
}

/// At an odd address, in a buffer that ends with the message.
test::AtOddAddress<std::byte> odd(const Message& message, std::size_t size) {
  return test::AtOddAddress<std::byte>(Message(message.begin(), message.begin() + size));
}

template <class T>
Message encode(const test::Dense<T>& x) {
  Message out(dense_wire_size<T>(x.view().dim));
  encode_dense(x.view(), out.data());
  return out;
}

Message encode(const test::Sparse& x) {
  Message out(sparse_wire_size(x.view().nnz));
  encode_sparse(x.view(), out.data());
  return out;
}

template <class T>
Status decode_dense(const Message& message, std::size_t size, std::vector<T>* out) {
  const auto data = odd(message, size);
  DenseHeader header;
  if (const Status status = decode_dense_header<T>(data.data(), size, &header); !status.ok()) {
    return status;
  }
  out->resize(static_cast<std::size_t>(header.dim));
  return decode_dense_elements(data.data() + kDenseWireHeader, size - kDenseWireHeader, header.dim,
                               out->data());
}

struct DecodedSparse {
  Status status;
  SparseHeader header;
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
};

DecodedSparse decode_sparse(const Message& message, std::size_t size) {
  DecodedSparse decoded{};
  const auto data = odd(message, size);
  decoded.status = decode_sparse_header(data.data(), size, &decoded.header);
  if (decoded.status.ok()) {
    decoded.indices.resize(static_cast<std::size_t>(decoded.header.nnz));
    decoded.values.resize(decoded.indices.size());
    decoded.status =
        decode_sparse_elements(data.data() + kSparseWireHeader, size - kSparseWireHeader,
                               decoded.header, decoded.indices.data(), decoded.values.data());
  }
  return decoded;
}

StatusCode sparse_fault(const test::Sparse& x) {
  const Message wire = encode(x);
  const Status status = decode_sparse(wire, wire.size()).status;
  CHECK((status.ok() || std::string(status.type) == "sparsevec"));
  return status.code;
}

TEST_CASE("wire form of a vector") {
  CHECK(encode(test::Dense<float>{1, -2.5}) ==
        message({0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0}));
}

TEST_CASE("wire form of a halfvec") {
  CHECK(encode(test::Dense<Half>{1, -2.5}) == message({0, 2, 0, 0, 0x3c, 0, 0xc1, 0}));
}

TEST_CASE("wire form of a sparsevec") {
  CHECK(encode(test::Sparse(260, {1, 258}, {1, -2.5})) ==
        message({0, 0, 1, 4, 0, 0, 0,    2,    0, 0, 0,    0,    0, 0,
                 0, 1, 0, 0, 1, 2, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0}));
}

TEST_CASE_TEMPLATE("dense messages read back", T, float, Half) {
  for (const std::size_t dim : {1, 7, 16, 17, 16000}) {
    std::vector<float> x(dim);
    for (std::size_t i = 0; i < dim; ++i) {
      x[i] = static_cast<float>(i) - 5.25F;
    }
    const Message wire = encode(test::Dense<T>(x));
    std::vector<T> out;
    REQUIRE(decode_dense(wire, wire.size(), &out).ok());
    CHECK(test::floats(out) == test::floats(test::elements<T>(x)));
  }
}

TEST_CASE_TEMPLATE("dense messages cut anywhere are truncated", T, float, Half) {
  const Message wire = encode(test::Dense<T>{1, 2, 3, 4, 5});
  std::vector<T> out;
  for (std::size_t size = 0; size < wire.size(); ++size) {
    CAPTURE(size);
    CHECK(decode_dense(wire, size, &out).code == StatusCode::kTruncated);
  }
}

TEST_CASE_TEMPLATE("dense messages: an element at fault comes before the end", T, float, Half) {
  const Message wire = encode(test::Dense<T>{1, kNan, kInfinity, 2});
  std::vector<T> out;
  const auto up_to = [&](std::size_t elements) {
    return decode_dense(wire, kDenseWireHeader + elements * sizeof(T), &out).code;
  };
  CHECK(up_to(1) == StatusCode::kTruncated);
  CHECK(up_to(2) == StatusCode::kNan);
  CHECK(up_to(4) == StatusCode::kNan);
}

TEST_CASE_TEMPLATE("dense messages: the header", T, float, Half) {
  const auto header = [](std::initializer_list<unsigned> bytes, DenseHeader* out) {
    const Message wire = message(bytes);
    return decode_dense_header<T>(odd(wire, wire.size()).data(), wire.size(), out);
  };
  DenseHeader out;
  REQUIRE(header({0x3e, 0x80, 0xff, 0xfe}, &out).ok());
  CHECK(out.dim == 16000);
  CHECK(out.unused == -2);
  CHECK(header({0, 0, 0, 1}, &out).code == StatusCode::kNoDimensions);
  CHECK(header({0xff, 0xff, 0, 0}, &out).code == StatusCode::kNoDimensions);
  const Status status = header({0x3e, 0x81, 0, 0}, &out);
  CHECK(status.code == StatusCode::kTooManyDimensions);
  CHECK(status.expected == 16000);
}

TEST_CASE("the reserved field") {
  CHECK(check_unused("vector", 0).ok());
  const Status status = check_unused("vector", -2);
  CHECK(status.code == StatusCode::kUnusedNotZero);
  CHECK(status.actual == -2);
}

TEST_CASE("sparse messages read back") {
  for (const std::int32_t nnz : {0, 1, 9, 16000}) {
    std::vector<std::uint32_t> indices;
    std::vector<float> values;
    for (std::int32_t i = 0; i < nnz; ++i) {
      indices.push_back(static_cast<std::uint32_t>(i) * 60000 + 3);
      values.push_back(static_cast<float>(i) - 5.25F);
    }
    const Message wire = encode(test::Sparse(kMaxSparseDims, indices, values));
    const DecodedSparse decoded = decode_sparse(wire, wire.size());
    REQUIRE(decoded.status.ok());
    CHECK(decoded.header.dim == kMaxSparseDims);
    CHECK(decoded.header.unused == 0);
    CHECK(decoded.indices == indices);
    CHECK(decoded.values == values);
  }
}

TEST_CASE("sparse messages of the open space") {
  const test::Sparse open(kOpenSparseDims, {0, 0x80000000, 0xffffffff}, {1, 2, 3});
  const Message wire = encode(open);
  CHECK(Message(wire.begin(), wire.begin() + 4) == message({0x80, 0, 0, 0}));
  const DecodedSparse decoded = decode_sparse(wire, wire.size());
  REQUIRE(decoded.status.ok());
  CHECK(decoded.header.dim == kOpenSparseDims);
  CHECK(decoded.indices == std::vector<std::uint32_t>{0, 0x80000000, 0xffffffff});
  CHECK(sparse_fault(test::Sparse(kOpenSparseDims, {0x80000000, 1}, {1, 1})) ==
        StatusCode::kIndicesUnordered);
  CHECK(sparse_fault(test::Sparse(kMaxSparseDims, {0x80000000}, {1})) ==
        StatusCode::kIndexOutOfBounds);
}

TEST_CASE("sparse messages cut anywhere are truncated") {
  const Message wire = encode(test::Sparse(9, {0, 4, 8}, {1, 2, 3}));
  for (std::size_t size = 0; size < wire.size(); ++size) {
    CAPTURE(size);
    CHECK(decode_sparse(wire, size).status.code == StatusCode::kTruncated);
  }
}

TEST_CASE("sparse messages: an element at fault comes before the end") {
  const Message indices = encode(test::Sparse(9, {4, 4, 8}, {1, 2, 3}));
  CHECK(decode_sparse(indices, 16).status.code == StatusCode::kTruncated);
  CHECK(decode_sparse(indices, 20).status.code == StatusCode::kIndicesRepeated);
  const Message values = encode(test::Sparse(9, {3, 4, 8}, {1, 0, kNan}));
  CHECK(decode_sparse(values, 28).status.code == StatusCode::kTruncated);
  CHECK(decode_sparse(values, 32).status.code == StatusCode::kStoredZero);
}

TEST_CASE("sparse messages: the counts") {
  const auto fault = [](std::int32_t dim, std::int32_t nnz) {
    Message wire = encode(test::Sparse(dim, {}, {}));
    for (std::size_t i = 0; i < 4; ++i) {
      wire[4 + i] = static_cast<std::byte>(static_cast<std::uint32_t>(nnz) >> (24 - 8 * i) & 0xff);
    }
    return decode_sparse(wire, wire.size()).status.code;
  };
  CHECK(fault(0, 1) == StatusCode::kNoDimensions);
  CHECK(fault(-5, -1) == StatusCode::kNoDimensions);
  CHECK(fault(kMaxSparseDims + 1, -1) == StatusCode::kTooManyDimensions);
  CHECK(fault(5, -1) == StatusCode::kNegativeNonZeros);
  CHECK(fault(5, 16001) == StatusCode::kTooManyNonZeros);
  CHECK(fault(5, 6) == StatusCode::kMoreNonZerosThanDimensions);
  CHECK(fault(5, 5) == StatusCode::kTruncated);
}

TEST_CASE("sparse messages: the indices") {
  CHECK(sparse_fault(test::Sparse(9, {0, 8}, {1, 1})) == StatusCode::kOk);
  CHECK(sparse_fault(test::Sparse(9, {0xffffffff, 8}, {1, 1})) == StatusCode::kIndexOutOfBounds);
  CHECK(sparse_fault(test::Sparse(9, {0, 9}, {1, 1})) == StatusCode::kIndexOutOfBounds);
  CHECK(sparse_fault(test::Sparse(9, {1, 0}, {1, 1})) == StatusCode::kIndicesUnordered);
  CHECK(sparse_fault(test::Sparse(9, {1, 1}, {1, 1})) == StatusCode::kIndicesRepeated);
  CHECK(sparse_fault(test::Sparse(9, {1, 0, 9}, {1, 1, 1})) == StatusCode::kIndicesUnordered);
  CHECK(sparse_fault(test::Sparse(9, {1, 1}, {kNan, 1})) == StatusCode::kIndicesRepeated);
}

TEST_CASE("sparse messages: the values") {
  const auto fault = [](float first, float second) {
    return sparse_fault(test::Sparse(9, {1, 2}, {first, second}));
  };
  CHECK(fault(1, 0x1p-149F) == StatusCode::kOk);
  CHECK(fault(1, 0) == StatusCode::kStoredZero);
  CHECK(fault(-0.0F, kNan) == StatusCode::kStoredZero);
  CHECK(fault(kNan, 0) == StatusCode::kNan);
  CHECK(fault(-kInfinity, kNan) == StatusCode::kInfinity);
}

}  // namespace
}  // namespace vecext::binary_test
