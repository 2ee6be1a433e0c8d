// Filters of LlamaIndex: {"filters": [{"key": "lang", "value": "en", "operator": "=="}, …],
// "condition": "and"}, the MetadataFilters that its stores take.
//
// A member of "filters" may itself be such an object. A missing "condition" means "and", and a
// missing "operator" means "==". "not" requires that none of the filters holds. An empty list of
// filters restricts nothing, whatever its condition. A key is a path. Types are not converted. !=
// and nin are the negations of == and in, so they are true if the key is missing.
#include "core/condition/parse/framework_parser.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

class LlamaindexParser : public FrameworkParser {
 public:
  using FrameworkParser::FrameworkParser;

  const Condition* filters(const JsonValue& filters, const JsonPlace& where);

 private:
  const Condition* filter_or_filters(const JsonValue& filter, const JsonPlace& where);
  const Condition* filter(const JsonValue& filter, const JsonPlace& where);
  const Condition* operator_test(std::string_view name, const PayloadPath& path,
                                 const JsonValue& value, const JsonPlace& where);
  const Condition* ordered(std::string_view name, const PayloadPath& path, const JsonValue& value,
                           const JsonPlace& where);
  const Condition* has_text_in_any_case(const PayloadPath& path, const JsonValue& text,
                                        const JsonPlace& where);
  bool logic(const JsonValue& filters, const JsonPlace& where, std::string_view* name);
  const Condition* negated_or_null(const Condition* child, const JsonPlace& where) {
    return child == nullptr ? nullptr : negated(child, where);
  }
};

const Condition* LlamaindexParser::filters(const JsonValue& filters, const JsonPlace& where) {
  const JsonPlace list_at = where.at("filters");
  std::string_view name;
  if (!need_object(filters, where) || !enter(where) ||
      !only_keys(filters, where, {"filters", "condition"}) ||
      !logic(filters, where.at("condition"), &name)) {
    return nullptr;
  }
  const JsonValue list = member(filters, "filters");
  if (!need_array(list, list_at)) {
    return nullptr;
  }
  const int n = size(list);
  if (n == 0) {
    leave();
    return condition(ConditionKind::kAnd, where);
  }
  const Condition** children = this->children(n, list_at);
  if (children == nullptr) {
    return nullptr;
  }
  for (int i = 0; i < n; ++i) {
    children[i] = filter_or_filters(element(list, i), list_at.at(i));
    if (children[i] == nullptr) {
      return nullptr;
    }
  }
  leave();
  const ConditionKind kind = name == "and" ? ConditionKind::kAnd : ConditionKind::kOr;
  const Condition* all = joined(kind, {children, static_cast<std::size_t>(n)}, list_at);
  return name == "not" ? negated_or_null(all, where) : all;
}

bool LlamaindexParser::logic(const JsonValue& filters, const JsonPlace& where,
                             std::string_view* name) {
  *name = "and";
  const JsonValue value = member(filters, "condition");
  if (value.kind == JsonKind::kMissing) {
    return true;
  }
  return need_string(value, where, name) && (*name == "and" || *name == "or" || *name == "not" ||
                                             malformed(where, "must be and, or or not", *name));
}

const Condition* LlamaindexParser::filter_or_filters(const JsonValue& filter,
                                                     const JsonPlace& where) {
  if (!need_object(filter, where)) {
    return nullptr;
  }
  return has_member(filter, "filters") ? filters(filter, where) : this->filter(filter, where);
}

const Condition* LlamaindexParser::filter(const JsonValue& filter, const JsonPlace& where) {
  PayloadPath path;
  std::string_view name = "==";
  const JsonValue given = member(filter, "operator");
  if (!only_keys(filter, where, {"key", "value", "operator"}) ||
      !need_path(member(filter, "key"), where.at("key"), &path) ||
      (given.kind != JsonKind::kMissing && !need_string(given, where.at("operator"), &name))) {
    return nullptr;
  }
  const JsonValue value = member(filter, "value");
  if (name == "is_empty") {
    if (value.kind != JsonKind::kMissing) {
      malformed(where.at("value"), "must be null");
      return nullptr;
    }
    return test(ConditionKind::kIsEmpty, path, where);
  }
  return operator_test(name, path, value, where);
}

const Condition* LlamaindexParser::operator_test(std::string_view name, const PayloadPath& path,
                                                 const JsonValue& value, const JsonPlace& where) {
  const JsonPlace value_at = where.at("value");
  if (name == "==") {
    return equals(path, value, value_at);
  }
  if (name == "!=") {
    return negated_or_null(equals(path, value, value_at), where);
  }
  if (name == "in" || name == "any") {  // for a scalar or an array: some value equals one of them
    return of_values(ConditionKind::kIn, path, value, value_at);
  }
  if (name == "nin") {
    return negated_or_null(of_values(ConditionKind::kIn, path, value, value_at), where);
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
  return ordered(name, path, value, where);
}

const Condition* LlamaindexParser::ordered(std::string_view name, const PayloadPath& path,
                                           const JsonValue& value, const JsonPlace& where) {
  constexpr struct {
    std::string_view name;
    Order order;
  } kOrders[] = {{"<", Order::kLess},
                 {"<=", Order::kLessOrEqual},
                 {">", Order::kGreater},
                 {">=", Order::kGreaterOrEqual}};
  for (const auto& known : kOrders) {
    if (name == known.name) {
      return compares(path, known.order, value, where.at("value"));
    }
  }
  unknown_word(name, where.at("operator"), "unknown operator",
               {"==", "!=", "in", "any", "nin", "all", "contains", "text_match",
                "text_match_insensitive", "is_empty", "<", "<=", ">", ">="});
  return nullptr;
}

/// Makes the condition that some string contains the text, in any case. The text becomes a pattern
/// of LIKE.
const Condition* LlamaindexParser::has_text_in_any_case(const PayloadPath& path,
                                                        const JsonValue& text,
                                                        const JsonPlace& where) {
  Condition* made = of_text(ConditionKind::kLike, path, text, where);
  char* pattern = made == nullptr ? nullptr : array<char>(2 * text.text.size() + 2, where);
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
  *condition = parser.filters(filter, JsonPlace{});
  return parser.error();
}

}  // namespace vecext
