// Text input and output of halfvec.
#include "dense_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecext::fuzz::fuzz_dense_text<vecext::Half>(data, size);
  return 0;
}
