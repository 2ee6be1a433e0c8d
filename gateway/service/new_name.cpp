#include "service/new_name.h"

#include <algorithm>
#include <string>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::size_t kMostBytes = 255;

bool is_allowed(char c) {
  constexpr std::string_view kRefused = "<>:\"/\\|?*";
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && kRefused.find(c) == std::string_view::npos;
}

[[noreturn]] void refuse(const std::string& rule) {
  throw Failure(FailureKind::kValidation, "Validation error: [collection_name: " + rule + "]");
}

}  // namespace

void check_new_name(std::string_view name) {
  if (name.empty() || name.size() > kMostBytes) {
    refuse("length is invalid: it must be 1 to 255 bytes");
  }
  if (!std::ranges::all_of(name, is_allowed)) {
    refuse("must not contain a control character or one of < > : \" / \\ | ? *");
  }
  if (name == "." || name == "..") {
    refuse("must not be a part of paths");
  }
}

}  // namespace vecext::gateway
