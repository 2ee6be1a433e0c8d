// Text and binary input and output of ids of points.
#include "core/value/point_id_value.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

void check_text(const PointId& id) {
  char text[kMostPointIdText];
  const auto length = static_cast<std::size_t>(print_point_id(id, text));
  PointId again;
  require(parse_point_id({text, length}, &again).ok());
  require(compare_point_ids(id, again) == 0);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext;
  using namespace vecext::fuzz;
  PointId id;
  if (parse_point_id({reinterpret_cast<const char*>(data), size}, &id).ok()) {
    check_text(id);
  }
  const OddBytes message(data, size);
  if (decode_point_id(message.data(), message.size(), &id).ok()) {
    check_text(id);
  }
  return 0;
}
