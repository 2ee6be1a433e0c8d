// Filters in JSON, of Qdrant's grammar, LangChain and LlamaIndex. An input that begins with an
// uppercase letter chooses a filter of that rule of the grammar and a document; any other is JSON,
// that of the document behind a zero.
#include "condition.h"
#include "json_grammar.h"

namespace vecext::fuzz {
namespace {

using nlohmann::json;

using Parser = ParseError (*)(const JsonValue&, const JsonSource&, const Arena&, const Condition**);

/// A place begins and ends with a key or an index, and a word that is meant is not the one found.
void check_words(const ParseError& error) {
  require(error.position == 0);
  require(error.meant.empty() || error.meant != error.found);
  require(error.path.empty() || (error.path.front() != '.' && error.path.back() != '.'));
}

int matches_json(Parser parser, const JsonText& filter, const JsonText& document) {
  return evaluate(
      [&](const Arena& arena, const Condition** condition) {
        return parser(filter.root(), filter, arena, condition);
      },
      document, check_words);
}

void check_qdrant(const JsonText& filter, const JsonText& document) {
  const int matched = matches_json(parse_filter, filter, document);
  const JsonText negation = JsonText::of({{"must_not", json::array({filter.json()})}});
  require_inverse(matched, matches_json(parse_filter, negation, document));
}

void check_langchain(const JsonText& filter, const JsonText& document) {
  const int matched = matches_json(parse_langchain_filter, filter, document);
  const JsonText negation = JsonText::of({{"$not", filter.json()}});
  require_inverse(matched, matches_json(parse_langchain_filter, negation, document));
}

void check_llamaindex(const JsonText& filter, const JsonText& document) {
  const int matched = matches_json(parse_llamaindex_filter, filter, document);
  const JsonText negation =
      JsonText::of({{"filters", json::array({filter.json()})}, {"condition", "not"}});
  require_inverse(matched, matches_json(parse_llamaindex_filter, negation, document));
}

/// `rule`: that of the grammar which the filter is of; 0: unknown.
void check(char rule, std::string_view filter_text, std::string_view document_text) {
  const JsonText filter(filter_text);
  if (!filter.is_valid()) {
    return;
  }
  const JsonText given(document_text);
  const bool has_document = given.is_valid() && given.json().is_object();
  const JsonText& document = has_document ? given : standard_document();
  if (rule != 'L' && rule != 'X') {
    check_qdrant(filter, document);
  }
  if (rule != 'Q' && rule != 'X') {
    check_langchain(filter, document);
  }
  if (rule != 'Q' && rule != 'L') {
    check_llamaindex(filter, document);
  }
}

void run(std::string_view bytes) {
  // libFuzzer begins with an end of line, which must reach what counts as progress.
  if (bytes == "\n") {
    bytes = "{}";
  }
  if (!bytes.empty() && bytes[0] >= 'A' && bytes[0] <= 'Z') {
    JsonFromBytes grammar(bytes.substr(1));
    const std::string filter = grammar.text(bytes[0]);
    check(bytes[0], filter, grammar.text('V'));
    return;
  }
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  check('\0', bytes.substr(0, end), bytes.substr(std::min(end + 1, bytes.size())));
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecext::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
