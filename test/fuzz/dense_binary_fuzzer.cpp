// Binary input and output of vector (first byte even) and halfvec (odd).
#include "core/value/binary.h"
#include "core/value/elements.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

template <class T>
void fuzz_message(const OddBytes& message) {
  DenseHeader header;
  if (!decode_dense_header<T>(message.data(), message.size(), &header).ok()) {
    return;
  }
  std::vector<T> elements(static_cast<std::size_t>(header.dim));
  const std::byte* body = message.data() + kDenseWireHeader;
  const std::size_t size = message.size() - kDenseWireHeader;
  if (!decode_dense_elements(body, size, header.dim, elements.data()).ok()) {
    return;
  }
  require(all_finite(elements.data(), header.dim));

  std::vector<std::byte> encoded(dense_wire_size<T>(header.dim));
  require(encoded.size() <= message.size());
  encode_dense(DenseView<T>{elements.data(), header.dim}, encoded.data());
  require(header.unused != 0 || std::memcmp(encoded.data(), message.data(), encoded.size()) == 0);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) {
    const vecext::fuzz::OddBytes message(data + 1, size - 1);
    data[0] % 2 == 0 ? vecext::fuzz::fuzz_message<float>(message)
                     : vecext::fuzz::fuzz_message<vecext::Half>(message);
  }
  return 0;
}
