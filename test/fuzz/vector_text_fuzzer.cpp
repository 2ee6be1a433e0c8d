// Text input and output of vector.
#include "dense_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecext::fuzz::fuzz_dense_text<float>(data, size);
  return 0;
}
