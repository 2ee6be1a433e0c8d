#include "sql/names.h"

#include <algorithm>

#include "base/failure.h"

namespace vecext::gateway::sql {

namespace {

constexpr std::size_t kMostBytes = 255;

bool is_allowed(char c) {
  constexpr std::string_view kRefused = "<>:\"/\\|?*";
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && kRefused.find(c) == std::string_view::npos;
}

[[noreturn]] void refuse_name(const std::string& rule) {
  throw Failure(FailureKind::kValidation, "Validation error: [collection_name: " + rule + "]");
}

}  // namespace

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') {
      out += '"';
    }
  }
  out += '"';
  return out;
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    i += text[i] == '"' ? 1 : 0;  // a quote stands twice
  }
  return out;
}

void check_new_name(std::string_view name) {
  if (name.empty() || name.size() > kMostBytes) {
    refuse_name("length is invalid: it must be 1 to 255 bytes");
  }
  if (!std::ranges::all_of(name, is_allowed)) {
    refuse_name("must not contain a control character or one of < > : \" / \\ | ? *");
  }
  if (name == "." || name == "..") {
    refuse_name("must not be a part of paths");
  }
}

}  // namespace vecext::gateway::sql
