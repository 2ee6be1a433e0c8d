// Filters of LangChain's stores on PostgreSQL: {"lang": "en", "year": {"$gte": 2020}}, {"$or":
// [{…}, {"$not": {…}}]}.
//
// An object has either fields, which must all hold, or one of $and, $or and $not. A field is a path
// together with the value that it must equal, or with an object that has one operator. Types are
// not converted: 1 does not equal "1". With $eq, null means a value that is null itself. $between
// requires two bounds of the same type.
//
// Only single tests are negated: a negation above several tests is moved down to them by De
// Morgan's laws. The SQL of the connector differs in this: its test of a missing key is NULL, and
// so is the negation of that test.
#include <algorithm>

#include "core/condition/parse/framework_parser.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

/// True if `key` is the operator `name`, in upper or lower case: the connector takes $AND for $and,
/// too.
bool is_operator(std::string_view key, std::string_view name) {
  return std::equal(key.begin(), key.end(), name.begin(), name.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// True if a pattern of LIKE ends within an escape, which LIKE does not accept.
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
  /// What an operator requires of a field: that `condition` is true or, if `is_negation`, that it
  /// is false.
  struct Test {
    const Condition* condition = nullptr;  // null if the test is not valid
    bool is_negation = false;
  };

  const Condition* clause(const JsonValue& filter, bool negates, const JsonPlace& where);
  const Condition* logical(const JsonMember& member, bool negates, const JsonPlace& where);
  const Condition* list(ConditionKind kind, const JsonValue& clauses, bool negates,
                        const JsonPlace& where);
  const Condition* fields(const JsonValue& filter, bool negates, const JsonPlace& where);
  const Condition* field(const JsonMember& member, bool negates, const JsonPlace& where);
  Test field_test(const PayloadPath& path, const JsonValue& operand, const JsonPlace& where);
  Test operator_test(const PayloadPath& path, std::string_view name, const JsonValue& operand,
                     const JsonPlace& where);
  const Condition* equals_or_null(const PayloadPath& path, const JsonValue& operand,
                                  const JsonPlace& where);
  const Condition* between(const PayloadPath& path, const JsonValue& bounds,
                           const JsonPlace& where);
  const Condition* like(const PayloadPath& path, const JsonValue& pattern, bool ignores_case,
                        const JsonPlace& where);
  Test exists(const PayloadPath& path, const JsonValue& wanted, const JsonPlace& where);
};

const Condition* LangchainParser::filter(const JsonValue& filter) {
  const JsonPlace root;
  const bool is_empty = filter.kind == JsonKind::kObject && size(filter) == 0;
  return is_empty ? condition(ConditionKind::kAnd, root) : clause(filter, false, root);
}

const Condition* LangchainParser::clause(const JsonValue& filter, bool negates,
                                         const JsonPlace& where) {
  if (!need_object(filter, where) || !enter(where)) {
    return nullptr;
  }
  if (size(filter) == 0) {
    malformed(where, "must have a field or an operator");
    return nullptr;
  }
  const JsonMember first = source().member(filter, 0);
  const bool is_logical = size(filter) == 1 && first.key.starts_with('$');
  const Condition* result =
      is_logical ? logical(first, negates, where.at(first.key)) : fields(filter, negates, where);
  leave();
  return result;
}

const Condition* LangchainParser::logical(const JsonMember& member, bool negates,
                                          const JsonPlace& where) {
  if (is_operator(member.key, "$and")) {
    return list(ConditionKind::kAnd, member.value, negates, where);
  }
  if (is_operator(member.key, "$or")) {
    return list(ConditionKind::kOr, member.value, negates, where);
  }
  if (!is_operator(member.key, "$not")) {
    malformed(where, "must be a field, $and, $or or $not", member.key);
    return nullptr;
  }
  // If $not has a list, none of the list's elements may hold.
  return member.value.kind == JsonKind::kArray
             ? list(ConditionKind::kOr, member.value, !negates, where)
             : clause(member.value, !negates, where);
}

/// Makes the condition that all clauses hold, or one of them, depending on `kind`. If `negates`,
/// makes its negation.
const Condition* LangchainParser::list(ConditionKind kind, const JsonValue& clauses, bool negates,
                                       const JsonPlace& where) {
  if (!need_array(clauses, where)) {
    return nullptr;
  }
  const int n = size(clauses);
  if (n == 0) {
    malformed(where, "must not be empty");
    return nullptr;
  }
  const Condition** children = this->children(n, where);
  for (int i = 0; i < n; ++i) {
    if (children == nullptr ||
        (children[i] = clause(element(clauses, i), negates, where.at(i))) == nullptr) {
      return nullptr;
    }
  }
  const bool is_and = (kind == ConditionKind::kAnd) != negates;
  return joined(is_and ? ConditionKind::kAnd : ConditionKind::kOr,
                {children, static_cast<std::size_t>(n)}, where);
}

const Condition* LangchainParser::fields(const JsonValue& filter, bool negates,
                                         const JsonPlace& where) {
  const int n = size(filter);
  const Condition** children = this->children(n, where);
  for (int i = 0; i < n; ++i) {
    const JsonMember member = source().member(filter, i);
    if (children == nullptr ||
        (children[i] = field(member, negates, where.at(member.key))) == nullptr) {
      return nullptr;
    }
  }
  return joined(negates ? ConditionKind::kOr : ConditionKind::kAnd,
                {children, static_cast<std::size_t>(n)}, where);
}

const Condition* LangchainParser::field(const JsonMember& member, bool negates,
                                        const JsonPlace& where) {
  if (member.key.starts_with('$')) {
    malformed(where, "must be a field beside other fields", member.key);
    return nullptr;
  }
  PayloadPath path;
  if (!parse_path(member.key, where, &path)) {
    return nullptr;
  }
  const Test test = field_test(path, member.value, where);
  return test.condition == nullptr || test.is_negation == negates ? test.condition
                                                                  : negated(test.condition, where);
}

LangchainParser::Test LangchainParser::field_test(const PayloadPath& path, const JsonValue& operand,
                                                  const JsonPlace& where) {
  if (operand.kind != JsonKind::kObject) {
    return {.condition = equals_or_null(path, operand, where)};
  }
  if (size(operand) != 1) {
    malformed(where, "must have one operator");
    return {};
  }
  const JsonMember only = source().member(operand, 0);
  return operator_test(path, only.key, only.value, where.at(only.key));
}

LangchainParser::Test LangchainParser::operator_test(const PayloadPath& path, std::string_view name,
                                                     const JsonValue& operand,
                                                     const JsonPlace& where) {
  if (name == "$eq" || name == "$ne") {
    return {.condition = equals_or_null(path, operand, where), .is_negation = name == "$ne"};
  }
  if (name == "$in" || name == "$nin") {
    return {.condition = of_values(ConditionKind::kIn, path, operand, where),
            .is_negation = name == "$nin"};
  }
  if (name == "$lt" || name == "$lte") {
    const Order order = name == "$lt" ? Order::kLess : Order::kLessOrEqual;
    return {.condition = compares(path, order, operand, where)};
  }
  if (name == "$gt" || name == "$gte") {
    const Order order = name == "$gt" ? Order::kGreater : Order::kGreaterOrEqual;
    return {.condition = compares(path, order, operand, where)};
  }
  if (name == "$between") {
    return {.condition = between(path, operand, where)};
  }
  if (name == "$like" || name == "$ilike") {
    return {.condition = like(path, operand, name == "$ilike", where)};
  }
  if (name == "$exists") {
    return exists(path, operand, where);
  }
  unknown_word(name, where, "unknown operator",
               {"$eq", "$ne", "$in", "$nin", "$lt", "$lte", "$gt", "$gte", "$between", "$like",
                "$ilike", "$exists"});
  return {};
}

const Condition* LangchainParser::equals_or_null(const PayloadPath& path, const JsonValue& operand,
                                                 const JsonPlace& where) {
  return operand.kind == JsonKind::kNull ? test(ConditionKind::kIsNull, path, where)
                                         : equals(path, operand, where);
}

/// Makes the condition that some value lies between two bounds or equals one of them.
const Condition* LangchainParser::between(const PayloadPath& path, const JsonValue& bounds,
                                          const JsonPlace& where) {
  if (!need_array(bounds, where)) {
    return nullptr;
  }
  if (size(bounds) != 2) {
    malformed(where, "must have two bounds");
    return nullptr;
  }
  const JsonValue low = element(bounds, 0);
  const JsonValue high = element(bounds, 1);
  if (!need_bound(low, where.at(0)) || !need_bound(high, where.at(1))) {
    return nullptr;
  }
  if (low.kind != high.kind) {
    malformed(where, "must have two numbers or two strings");
    return nullptr;
  }
  const bool is_number = low.kind == JsonKind::kNumber;
  Condition* made =
      test(is_number ? ConditionKind::kNumberRange : ConditionKind::kTextRange, path, where);
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
                                       bool ignores_case, const JsonPlace& where) {
  Condition* made = of_text(ConditionKind::kLike, path, pattern, where);
  if (made == nullptr) {
    return nullptr;
  }
  if (ends_in_escape(made->text)) {
    malformed(where, "must not end with an escape character");
    return nullptr;
  }
  made->ignores_case = ignores_case;
  return made;
}

LangchainParser::Test LangchainParser::exists(const PayloadPath& path, const JsonValue& wanted,
                                              const JsonPlace& where) {
  bool is_wanted;
  if (!need_bool(wanted, where, &is_wanted)) {
    return {};
  }
  return {.condition = test(ConditionKind::kExists, path, where), .is_negation = !is_wanted};
}

}  // namespace

ParseError parse_langchain_filter(const JsonValue& filter, const JsonSource& source,
                                  const Arena& arena, const Condition** condition) {
  LangchainParser parser(source, arena);
  *condition = parser.filter(filter);
  return parser.error();
}

}  // namespace vecext
