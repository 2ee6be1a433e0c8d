// vecext.quantize(vector, codec): the vector that a vector's code stands for, so that codecs can be
// tried in SQL.
#include <cmath>
#include <cstring>

#include "core/kernel/kernel.h"
#include "core/page/code_page.h"
#include "core/quant/codec.h"
#include "core/quant/int8.h"
#include "core/quant/rotation.h"
#include "core/value/convert.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/datum.h"

extern "C" {
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

enum class Keeping { kCodes, kInt8, kHalf };

struct NamedCodec {
  const char* name;
  Keeping keeping;
  int32 bits;  // bits of a code for each dimension
};

constexpr NamedCodec kCodecs[] = {{"rabitq1", Keeping::kCodes, 1},
                                  {"rabitq2", Keeping::kCodes, 2},
                                  {"rabitq4", Keeping::kCodes, 4},
                                  {"int8", Keeping::kInt8, 0},
                                  {"fp16", Keeping::kHalf, 0}};

const NamedCodec& codec_of(const text* name) {
  for (const NamedCodec& codec : kCodecs) {
    if (view_of(name) == codec.name) {
      return codec;
    }
  }
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("unknown codec \"%s\"", text_to_cstring(name)),
           errhint("Codecs are \"rabitq1\", \"rabitq2\", \"rabitq4\", \"int8\" and \"fp16\".")));
}

/// Replaces `x` by the vector that its code stands for. `x` must be rotated and have unit length.
void keep_code(float* x, int32 dims, int32 bits) {
  const Codec codec = make_codec(Metric::kL2, bits, dims, kMaxBlockCodes);
  const float scale = factor_scale(1);
  auto* nibbles = palloc0_array<uint8>(codec.groups());
  Factors factors;
  encode(codec, x, palloc0_array<float>(dims), scale, nibbles, &factors);
  float b;
  kernel::active().convert.half_to_float(&factors.b, &b, 1);
  decode(codec, nibbles, b * scale / 2, x);
}

void keep_int8(float* x, int32 dims) {
  const auto n = static_cast<Size>(dims);
  auto* bytes = palloc0_array<int8>(dims);
  decode_int8(bytes, n, encode_int8(x, n, bytes), x);
}

void keep_half(const VectorView& in, float* out) {
  auto* halves = palloc0_array<Half>(in.dim);
  check(to_half(in.x, halves, in.dim));
  kernel::active().convert.half_to_float(halves, out, static_cast<Size>(in.dim));
}

/// Codes the vector after scaling it to unit length, since its own length may be any float, and
/// scales the result back.
void keep_rotated(const VectorView& in, const NamedCodec& codec, float* out) {
  const auto n = static_cast<Size>(in.dim);
  const double norm = std::sqrt(kernel::active().f32.norm_squared(in.x, n));
  const Rotation rotation{rotated_dims(in.dim), kIndexSeed};
  auto* x = palloc0_array<float>(rotation.dims);
  for (Size i = 0; norm > 0 && i < n; ++i) {
    float element;  // one element, which is copied because a stored value may lie at any address
    std::memcpy(&element, in.x + i, sizeof element);
    x[i] = static_cast<float>(element / norm);
  }
  rotate(rotation, x);
  if (codec.keeping == Keeping::kCodes) {
    keep_code(x, rotation.dims, codec.bits);
  } else {
    keep_int8(x, rotation.dims);
  }
  unrotate(rotation, x);
  for (Size i = 0; i < n; ++i) {
    out[i] = static_cast<float>(x[i] * norm);
    if (std::isinf(out[i])) {
      raise({.code = StatusCode::kOverflow});
    }
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_quantize)
{
  const auto in = argument<VectorView>(fcinfo, 0);
  const NamedCodec& codec = codec_of(PG_GETARG_TEXT_PP(1));
  const NewDense<float> result(in.dim);
  if (codec.keeping == Keeping::kHalf) {
    keep_half(in, result.x);
  } else {
    keep_rotated(in, codec, result.x);
  }
  return result.datum();
}

}  // namespace vecext::pg
