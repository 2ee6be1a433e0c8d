// Filters in JSON, of Qdrant's grammar, LangChain and LlamaIndex. An input that begins with an
// uppercase letter chooses a filter of that rule of the grammar, and a document; any other is JSON,
// that of the document behind a zero.
#include "condition.h"
#include "json_grammar.h"

namespace vecext::fuzz {
namespace {

using nlohmann::json;

using Parser = ParseError (*)(const JsonValue&, const JsonSource&, const Arena&, const Condition**);

int matches_json(Parser parser, const json& filter, const JsonText& document) {
  const JsonText source = JsonText::of(filter);
  return evaluate(
      [&](const Arena& arena, const Condition** condition) {
        return parser(source.root(), source, arena, condition);
      },
      document, [](const ParseError& error) { require(error.position == 0); });
}

ParseError parse_coerced(const JsonValue& filter, const JsonSource& source, const Arena& arena,
                         const Condition** condition) {
  return parse_langchain_filter(filter, source, arena, condition, true);
}

ParseError parse_langchain(const JsonValue& filter, const JsonSource& source, const Arena& arena,
                           const Condition** condition) {
  return parse_langchain_filter(filter, source, arena, condition);
}

/// A filter and a document.
struct Input {
  std::string filter;
  std::string document;
};

Input read(std::string_view bytes) {
  const bool is_chosen = !bytes.empty() && bytes[0] >= 'A' && bytes[0] <= 'Z';
  if (is_chosen) {
    JsonFromBytes grammar(bytes.substr(1));
    const std::string filter = grammar.text(bytes[0]);
    return {filter, grammar.text('V')};
  }
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  return {std::string(bytes.substr(0, end)),
          std::string(bytes.substr(std::min(end + 1, bytes.size())))};
}

void check(const Input& input) {
  const JsonText filter(input.filter);
  if (!filter.is_valid()) {
    return;
  }
  const JsonText given(input.document);
  const bool has_document = given.is_valid() && given.json().is_object();
  const JsonText& document = has_document ? given : standard_document();
  const json& root = filter.json();

  const int qdrant = matches_json(parse_filter, root, document);
  require_inverse(qdrant,
                  matches_json(parse_filter, {{"must_not", json::array({root})}}, document));

  const int langchain = matches_json(parse_langchain, root, document);
  const int coerced = matches_json(parse_coerced, root, document);
  require((langchain < 0) == (coerced < 0) && coerced <= langchain);
  const json negation = {{"$not", root}};
  require_inverse(langchain, matches_json(parse_langchain, negation, document));
  // With coerces a filter and its negation may both be false.
  require(coerced < 1 || matches_json(parse_coerced, negation, document) < 1);

  const int llamaindex = matches_json(parse_llamaindex_filter, root, document);
  require_inverse(llamaindex,
                  matches_json(parse_llamaindex_filter,
                               {{"filters", json::array({root})}, {"condition", "not"}}, document));
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecext::fuzz::check(vecext::fuzz::read({reinterpret_cast<const char*>(data), size}));
  return 0;
}
