// Filters of LlamaIndex: {"filters": [{"key": "lang", "value": "en", "operator": "=="}, …],
// "condition": "and"}, the MetadataFilters that its stores take.
//
// A member of "filters" may be such an object again. "and" is the condition and "==" the operator
// where there is none. "not" wants none of the filters. A list without filters restricts nothing,
// whatever its condition. A key is a path. Values keep their types; != and nin are the negations of
// == and in, so a missing key satisfies them.
#include "core/condition/parse/framework_parser.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

class LlamaindexParser : public FrameworkParser {
 public:
  using FrameworkParser::FrameworkParser;

  const Condition* filters(const JsonValue& filters, const ParsePlace& at);

 private:
  const Condition* filter_or_filters(const JsonValue& filter, const ParsePlace& at);
  const Condition* filter(const JsonValue& filter, const ParsePlace& at);
  const Condition* operator_test(std::string_view name, const PayloadPath& path,
                                 const JsonValue& value, const ParsePlace& at);
  const Condition* ordered(std::string_view name, const PayloadPath& path, const JsonValue& value,
                           const ParsePlace& at);
  const Condition* has_text_in_any_case(const PayloadPath& path, const JsonValue& text,
                                        const ParsePlace& at);
  bool logic(const JsonValue& filters, const ParsePlace& at, std::string_view* name);
  const Condition* negated_or_null(const Condition* child, const ParsePlace& at) {
    return child == nullptr ? nullptr : negated(child, at);
  }
};

const Condition* LlamaindexParser::filters(const JsonValue& filters, const ParsePlace& at) {
  const ParsePlace list_at = at.member("filters");
  std::string_view name;
  if (!need_object(filters, at) || !enter(at) ||
      !only_keys(filters, at, {"filters", "condition"}) ||
      !logic(filters, at.member("condition"), &name)) {
    return nullptr;
  }
  const JsonValue list = member(filters, "filters");
  if (!need_array(list, list_at)) {
    return nullptr;
  }
  const int n = size(list);
  if (n == 0) {
    leave();
    return condition(ConditionKind::kAnd, at);
  }
  const Condition** children = this->children(n, list_at);
  if (children == nullptr) {
    return nullptr;
  }
  for (int i = 0; i < n; ++i) {
    children[i] = filter_or_filters(element(list, i), list_at.element(i));
    if (children[i] == nullptr) {
      return nullptr;
    }
  }
  leave();
  const ConditionKind kind = name == "and" ? ConditionKind::kAnd : ConditionKind::kOr;
  const Condition* all = joined(kind, {children, static_cast<std::size_t>(n)}, list_at);
  return name == "not" ? negated_or_null(all, at) : all;
}

bool LlamaindexParser::logic(const JsonValue& filters, const ParsePlace& at,
                             std::string_view* name) {
  *name = "and";
  const JsonValue value = member(filters, "condition");
  if (value.kind == JsonKind::kMissing) {
    return true;
  }
  return need_string(value, at, name) && (*name == "and" || *name == "or" || *name == "not" ||
                                          malformed(at, "must be and, or or not", *name));
}

const Condition* LlamaindexParser::filter_or_filters(const JsonValue& filter,
                                                     const ParsePlace& at) {
  if (!need_object(filter, at)) {
    return nullptr;
  }
  return has_member(filter, "filters") ? filters(filter, at) : this->filter(filter, at);
}

const Condition* LlamaindexParser::filter(const JsonValue& filter, const ParsePlace& at) {
  PayloadPath path;
  std::string_view name = "==";
  const JsonValue given = member(filter, "operator");
  if (!only_keys(filter, at, {"key", "value", "operator"}) ||
      !need_path(member(filter, "key"), at.member("key"), &path) ||
      (given.kind != JsonKind::kMissing && !need_string(given, at.member("operator"), &name))) {
    return nullptr;
  }
  const JsonValue value = member(filter, "value");
  if (name == "is_empty") {
    if (value.kind != JsonKind::kMissing) {
      malformed(at.member("value"), "must be null");
      return nullptr;
    }
    return test(ConditionKind::kIsEmpty, path, at);
  }
  return operator_test(name, path, value, at);
}

const Condition* LlamaindexParser::operator_test(std::string_view name, const PayloadPath& path,
                                                 const JsonValue& value, const ParsePlace& at) {
  const ParsePlace value_at = at.member("value");
  if (name == "==") {
    return equals(path, value, value_at);
  }
  if (name == "!=") {
    return negated_or_null(equals(path, value, value_at), at);
  }
  if (name == "in" || name == "any") {  // of a scalar or of an array: some value
    return of_values(ConditionKind::kIn, path, value, value_at);
  }
  if (name == "nin") {
    return negated_or_null(of_values(ConditionKind::kIn, path, value, value_at), at);
  }
  if (name == "all") {
    return of_values(ConditionKind::kHasAll, path, value, value_at);
  }
  if (name == "contains") {
    return has(path, value, value_at);
  }
  if (name == "text_match") {
    return of_text(ConditionKind::kSubstring, path, value, value_at);
  }
  if (name == "text_match_insensitive") {
    return has_text_in_any_case(path, value, value_at);
  }
  return ordered(name, path, value, at);
}

const Condition* LlamaindexParser::ordered(std::string_view name, const PayloadPath& path,
                                           const JsonValue& value, const ParsePlace& at) {
  constexpr struct {
    std::string_view name;
    Order order;
  } kOrders[] = {{"<", Order::kLess},
                 {"<=", Order::kLessOrEqual},
                 {">", Order::kGreater},
                 {">=", Order::kGreaterOrEqual}};
  for (const auto& known : kOrders) {
    if (name == known.name) {
      return compares(path, known.order, value, at.member("value"));
    }
  }
  malformed(at.member("operator"), "unknown operator", name);
  return nullptr;
}

/// The text as a pattern of LIKE.
const Condition* LlamaindexParser::has_text_in_any_case(const PayloadPath& path,
                                                        const JsonValue& text,
                                                        const ParsePlace& at) {
  Condition* made = of_text(ConditionKind::kLike, path, text, at);
  char* pattern = made == nullptr ? nullptr : array<char>(2 * text.text.size() + 2, at);
  if (pattern == nullptr) {
    return nullptr;
  }
  std::size_t n = 0;
  pattern[n++] = '%';
  for (const char c : text.text) {
    if (c == '%' || c == '_' || c == '\\') {
      pattern[n++] = '\\';
    }
    pattern[n++] = c;
  }
  pattern[n++] = '%';
  made->text = {pattern, n};
  made->ignores_case = true;
  return made;
}

}  // namespace

ParseError parse_llamaindex_filter(const JsonValue& filter, const JsonSource& source,
                                   const Arena& arena, const Condition** condition) {
  LlamaindexParser parser(source, arena);
  *condition = parser.filters(filter, ParsePlace{});
  return parser.error();
}

}  // namespace vecext
