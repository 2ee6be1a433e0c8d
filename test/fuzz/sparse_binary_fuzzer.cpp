// Binary input and output of sparsevec.
#include "core/value/binary.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext;
  using fuzz::require;
  const fuzz::OddBytes message(data, size);
  SparseHeader header;
  if (!decode_sparse_header(message.data(), size, &header).ok()) {
    return 0;
  }
  require(header.nnz >= 0 && header.nnz <= kMaxNonZeros && header.nnz <= header.dim);
  std::vector<std::uint32_t> indices(static_cast<std::size_t>(header.nnz));
  std::vector<float> values(indices.size());
  if (!decode_sparse_elements(message.data() + kSparseWireHeader, size - kSparseWireHeader, header,
                              indices.data(), values.data())
           .ok()) {
    return 0;
  }
  std::vector<std::byte> encoded(sparse_wire_size(header.nnz));
  require(encoded.size() <= size);
  encode_sparse({header.dim, header.nnz, indices.data(), values.data()}, encoded.data());
  require(header.unused != 0 || std::memcmp(encoded.data(), message.data(), encoded.size()) == 0);
  return 0;
}
