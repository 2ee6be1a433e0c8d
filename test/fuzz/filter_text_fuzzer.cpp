// Filter texts. What follows a zero is the document, JSON.
#include "condition.h"

namespace vecext::fuzz {
namespace {

void check_error(std::string_view text, const ParseError& error) {
  if (error.ok()) {
    return;
  }
  require(error.code == ParseErrorCode::kSyntax || error.code == ParseErrorCode::kTooLarge);
  require(error.path.empty());
  require(error.position >= 1 && static_cast<std::size_t>(error.position) <= text.size() + 1);
  require(error.found.empty() ||
          (error.found.data() >= text.data() &&
           error.found.data() + error.found.size() <= text.data() + text.size()));
}

/// The text in a buffer of its own size.
int matches_text(const std::string& filter, const JsonText& document) {
  const std::vector<char> exact(filter.begin(), filter.end());
  const std::string_view text(exact.data(), exact.size());
  return evaluate(
      [&](const Arena& arena, const Condition** condition) {
        return parse_filter_text(text, arena, condition);
      },
      document, [&](const ParseError& error) { check_error(text, error); });
}

void run(std::string_view input) {
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string filter(input.substr(0, end));
  const JsonText given(input.substr(std::min(end + 1, input.size())));
  const JsonText& document = given.is_valid() ? given : standard_document();
  const int matched = matches_text(filter, document);
  if (matched < 0) {
    return;
  }
  require_inverse(matched, matches_text("NOT (" + filter + ")", document));
  const int twice = matches_text("(" + filter + ")\nand(" + filter + ") or " + filter, document);
  require(twice < 0 || twice == matched);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecext::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
