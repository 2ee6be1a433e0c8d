// IEEE 754 binary16 as stored bits. Arithmetic is done in float; conversion is a kernel (kernel.h).
#pragma once

#include <cstdint>

namespace vecext {

/// A half-precision number. It is packed, so that a pointer to it needs no alignment: short varlena
/// headers put values at odd addresses.
struct [[gnu::packed]] Half {
  std::uint16_t bits;
};

static_assert(sizeof(Half) == 2 && alignof(Half) == 1);

}  // namespace vecext
