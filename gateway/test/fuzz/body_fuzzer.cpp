// Bodies of HTTP: fields of multipart/form-data, and compressed texts. The input is a header
// Content-Type, and behind the line a body.
#include <algorithm>
#include <string>

#include "backend.h"
#include "base/body_memory.h"
#include "base/failure.h"
#include "base/gzip.h"
#include "fuzz.h"
#include "memory_file.h"
#include "wire/http/encoding.h"
#include "wire/http/multipart.h"

namespace vecext::gateway::fuzz {
namespace {

constexpr std::uint64_t kLimit = 1 << 16;  // bytes of a body

void check_field(Backend& backend, std::string_view body, const std::string& boundary) {
  const auto part = backend.run(find_field(body, boundary, "snapshot"));
  require(!part || (part->offset <= body.size() && part->size <= body.size() - part->offset));
  const MemoryFile file(body);
  const auto same = backend.run(find_field_in_file(file.path(), boundary, "snapshot"));
  require(part.has_value() == same.has_value());
  require(!part || (part->offset == same->offset && part->size == same->size));
}

void check_encoding(Backend& backend, std::string_view body) {
  HeldBytes held;
  try {
    require(backend.run(inflate(body, kLimit, held)).size() <= kLimit);
  } catch (const Failure& failure) {
    require(failure.kind() == FailureKind::kBadJson);
  }
  const std::string compressed = backend.run(gzip(body));
  require(backend.run(inflate(compressed, body.size(), held)) == body);
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::gateway;
  using namespace vecext::gateway::fuzz;
  static Backend backend;
  const auto [type, body] = split(text_of(data, size), '\n');
  encoding_of(type);
  accepts_gzip(type);
  if (const auto boundary = boundary_of(type)) {
    check_field(backend, body, *boundary);
  }
  check_field(backend, body, "b");
  check_encoding(backend, body);
  return 0;
}
