#include "core/graph/format/node_codes.h"

namespace vecext {

void put_code(const GraphModel& model, const float* x, const CodeCenter& center, std::int32_t lane,
              std::byte* blocks) {
  const CodeBlock<std::byte> block{
      blocks + static_cast<std::size_t>(lane / kBlockLanes) * model.layout.block_bytes(),
      16 * static_cast<std::size_t>(model.layout.groups)};
  std::uint8_t nibbles[kMostGroups];
  Factors factors;
  encode(model.codec, x, center.vector, center.scale, nibbles, &factors);
  put_lane(block.codes(), model.layout.groups, lane % kBlockLanes, nibbles);
  block.a()[lane % kBlockLanes] = factors.a;
  block.b()[lane % kBlockLanes] = factors.b;
}

void put_record(const GraphModel& model, const float* x, const CodeCenter& center,
                std::byte* record) {
  const auto groups = static_cast<std::size_t>(model.layout.groups);
  std::uint8_t nibbles[kMostGroups + 1];
  Factors factors;
  encode(model.codec, x, center.vector, center.scale, nibbles, &factors);
  nibbles[groups] = 0;
  std::byte* code = record;
  for (std::size_t i = 0; i < groups; i += 2) {
    *code++ = static_cast<std::byte>(nibbles[i] | nibbles[i + 1] << 4);
  }
  __builtin_memcpy(code, &factors, sizeof factors);
}

}  // namespace vecext
