// Filters of LangChain's stores on PostgreSQL: {"lang": "en", "year": {"$gte": 2020}},
// {"$or": [{…}, {"$not": {…}}]}.
//
// An object has either fields, all of which must hold, or one of $and, $or and $not. A field is a
// path; it has a value that it equals, or an object of one operator. Values keep their types: 1 is
// not "1". $eq of null wants null itself, $between both of its bounds of one type.
//
// Negations are of single tests: those above go down to them by De Morgan's laws. That is where the
// connector's SQL differs: a test of a missing key is NULL there, and so is its negation.
#include <algorithm>

#include "core/condition/parse/framework_parser.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

/// The connector takes $AND for $and.
bool is_operator(std::string_view key, std::string_view name) {
  return std::equal(key.begin(), key.end(), name.begin(), name.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// True if a pattern of LIKE ends within an escape, which LIKE refuses.
bool ends_in_escape(std::string_view pattern) {
  std::size_t i = 0;
  while (i < pattern.size()) {
    i += pattern[i] == '\\' ? 2 : 1;
  }
  return i > pattern.size();
}

class LangchainParser : public FrameworkParser {
 public:
  using FrameworkParser::FrameworkParser;

  const Condition* filter(const JsonValue& filter);

 private:
  /// What an operator wants of a field: a condition, or that it does not hold.
  struct Test {
    const Condition* condition = nullptr;  // null: not valid
    bool is_negation = false;
  };

  const Condition* clause(const JsonValue& filter, bool negates, const ParsePlace& at);
  const Condition* logical(const JsonMember& member, bool negates, const ParsePlace& at);
  const Condition* list(ConditionKind kind, const JsonValue& clauses, bool negates,
                        const ParsePlace& at);
  const Condition* fields(const JsonValue& filter, bool negates, const ParsePlace& at);
  const Condition* field(const JsonMember& member, bool negates, const ParsePlace& at);
  Test field_test(const PayloadPath& path, const JsonValue& operand, const ParsePlace& at);
  Test operator_test(const PayloadPath& path, std::string_view name, const JsonValue& operand,
                     const ParsePlace& at);
  const Condition* equals_or_null(const PayloadPath& path, const JsonValue& operand,
                                  const ParsePlace& at);
  const Condition* between(const PayloadPath& path, const JsonValue& bounds, const ParsePlace& at);
  const Condition* like(const PayloadPath& path, const JsonValue& pattern, bool ignores_case,
                        const ParsePlace& at);
  Test exists(const PayloadPath& path, const JsonValue& wanted, const ParsePlace& at);
};

const Condition* LangchainParser::filter(const JsonValue& filter) {
  const ParsePlace root;
  const bool is_empty = filter.kind == JsonKind::kObject && size(filter) == 0;
  return is_empty ? condition(ConditionKind::kAnd, root) : clause(filter, false, root);
}

const Condition* LangchainParser::clause(const JsonValue& filter, bool negates,
                                         const ParsePlace& at) {
  if (!need_object(filter, at) || !enter(at)) {
    return nullptr;
  }
  if (size(filter) == 0) {
    malformed(at, "must have a field or an operator");
    return nullptr;
  }
  const JsonMember first = source().member(filter, 0);
  const bool is_logical = size(filter) == 1 && first.key.starts_with('$');
  const Condition* result =
      is_logical ? logical(first, negates, at.member(first.key)) : fields(filter, negates, at);
  leave();
  return result;
}

const Condition* LangchainParser::logical(const JsonMember& member, bool negates,
                                          const ParsePlace& at) {
  if (is_operator(member.key, "$and")) {
    return list(ConditionKind::kAnd, member.value, negates, at);
  }
  if (is_operator(member.key, "$or")) {
    return list(ConditionKind::kOr, member.value, negates, at);
  }
  if (!is_operator(member.key, "$not")) {
    malformed(at, "must be a field, $and, $or or $not", member.key);
    return nullptr;
  }
  // No element of a list may hold.
  return member.value.kind == JsonKind::kArray
             ? list(ConditionKind::kOr, member.value, !negates, at)
             : clause(member.value, !negates, at);
}

/// All or one of the clauses, or the negation of that.
const Condition* LangchainParser::list(ConditionKind kind, const JsonValue& clauses, bool negates,
                                       const ParsePlace& at) {
  if (!need_array(clauses, at)) {
    return nullptr;
  }
  const int n = size(clauses);
  if (n == 0) {
    malformed(at, "must not be empty");
    return nullptr;
  }
  const Condition** children = this->children(n, at);
  for (int i = 0; i < n; ++i) {
    if (children == nullptr ||
        (children[i] = clause(element(clauses, i), negates, at.element(i))) == nullptr) {
      return nullptr;
    }
  }
  const bool is_and = (kind == ConditionKind::kAnd) != negates;
  return joined(is_and ? ConditionKind::kAnd : ConditionKind::kOr,
                {children, static_cast<std::size_t>(n)}, at);
}

const Condition* LangchainParser::fields(const JsonValue& filter, bool negates,
                                         const ParsePlace& at) {
  const int n = size(filter);
  const Condition** children = this->children(n, at);
  for (int i = 0; i < n; ++i) {
    const JsonMember member = source().member(filter, i);
    if (children == nullptr ||
        (children[i] = field(member, negates, at.member(member.key))) == nullptr) {
      return nullptr;
    }
  }
  return joined(negates ? ConditionKind::kOr : ConditionKind::kAnd,
                {children, static_cast<std::size_t>(n)}, at);
}

const Condition* LangchainParser::field(const JsonMember& member, bool negates,
                                        const ParsePlace& at) {
  if (member.key.starts_with('$')) {
    malformed(at, "must be a field beside other fields", member.key);
    return nullptr;
  }
  PayloadPath path;
  if (!parse_path(member.key, at, &path)) {
    return nullptr;
  }
  const Test test = field_test(path, member.value, at);
  return test.condition == nullptr || test.is_negation == negates ? test.condition
                                                                  : negated(test.condition, at);
}

LangchainParser::Test LangchainParser::field_test(const PayloadPath& path, const JsonValue& operand,
                                                  const ParsePlace& at) {
  if (operand.kind != JsonKind::kObject) {
    return {.condition = equals_or_null(path, operand, at)};
  }
  if (size(operand) != 1) {
    malformed(at, "must have one operator");
    return {};
  }
  const JsonMember only = source().member(operand, 0);
  return operator_test(path, only.key, only.value, at.member(only.key));
}

LangchainParser::Test LangchainParser::operator_test(const PayloadPath& path, std::string_view name,
                                                     const JsonValue& operand,
                                                     const ParsePlace& at) {
  if (name == "$eq" || name == "$ne") {
    return {.condition = equals_or_null(path, operand, at), .is_negation = name == "$ne"};
  }
  if (name == "$in" || name == "$nin") {
    return {.condition = of_values(ConditionKind::kIn, path, operand, at),
            .is_negation = name == "$nin"};
  }
  if (name == "$lt" || name == "$lte") {
    const Order order = name == "$lt" ? Order::kLess : Order::kLessOrEqual;
    return {.condition = compares(path, order, operand, at)};
  }
  if (name == "$gt" || name == "$gte") {
    const Order order = name == "$gt" ? Order::kGreater : Order::kGreaterOrEqual;
    return {.condition = compares(path, order, operand, at)};
  }
  if (name == "$between") {
    return {.condition = between(path, operand, at)};
  }
  if (name == "$like" || name == "$ilike") {
    return {.condition = like(path, operand, name == "$ilike", at)};
  }
  if (name == "$exists") {
    return exists(path, operand, at);
  }
  malformed(at, "unknown operator", name);
  return {};
}

const Condition* LangchainParser::equals_or_null(const PayloadPath& path, const JsonValue& operand,
                                                 const ParsePlace& at) {
  return operand.kind == JsonKind::kNull ? test(ConditionKind::kIsNull, path, at)
                                         : equals(path, operand, at);
}

/// Both bounds are inside.
const Condition* LangchainParser::between(const PayloadPath& path, const JsonValue& bounds,
                                          const ParsePlace& at) {
  if (!need_array(bounds, at)) {
    return nullptr;
  }
  if (size(bounds) != 2) {
    malformed(at, "must have two bounds");
    return nullptr;
  }
  const JsonValue low = element(bounds, 0);
  const JsonValue high = element(bounds, 1);
  if (!need_bound(low, at.element(0)) || !need_bound(high, at.element(1))) {
    return nullptr;
  }
  if (low.kind != high.kind) {
    malformed(at, "must have two numbers or two strings");
    return nullptr;
  }
  const bool is_number = low.kind == JsonKind::kNumber;
  Condition* made =
      test(is_number ? ConditionKind::kNumberRange : ConditionKind::kTextRange, path, at);
  if (made == nullptr) {
    return nullptr;
  }
  if (is_number) {
    made->numbers = {low.number, high.number, true, true, true, true};
  } else {
    made->texts = {low.text, high.text, true, true, true, true};
  }
  return made;
}

const Condition* LangchainParser::like(const PayloadPath& path, const JsonValue& pattern,
                                       bool ignores_case, const ParsePlace& at) {
  Condition* made = of_text(ConditionKind::kLike, path, pattern, at);
  if (made == nullptr) {
    return nullptr;
  }
  if (ends_in_escape(made->text)) {
    malformed(at, "must not end with an escape character");
    return nullptr;
  }
  made->ignores_case = ignores_case;
  return made;
}

LangchainParser::Test LangchainParser::exists(const PayloadPath& path, const JsonValue& wanted,
                                              const ParsePlace& at) {
  bool is_wanted;
  if (!need_bool(wanted, at, &is_wanted)) {
    return {};
  }
  return {.condition = test(ConditionKind::kExists, path, at), .is_negation = !is_wanted};
}

}  // namespace

ParseError parse_langchain_filter(const JsonValue& filter, const JsonSource& source,
                                  const Arena& arena, const Condition** condition) {
  LangchainParser parser(source, arena);
  *condition = parser.filter(filter);
  return parser.error();
}

}  // namespace vecext
