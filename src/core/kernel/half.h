// A number of IEEE 754 binary16, as its bits. Arithmetic is done with floats, to which kernels
// convert it (kernel.h).
#pragma once

#include <cstdint>

namespace vecext {

/// A half-precision number. It is packed, so that a pointer to it needs no alignment: values with
/// short varlena headers begin at odd addresses.
struct [[gnu::packed]] Half {
  std::uint16_t bits;
};

static_assert(sizeof(Half) == 2 && alignof(Half) == 1);

}  // namespace vecext
