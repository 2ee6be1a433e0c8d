// Filter text: lang = 'en' AND NOT (tags CONTAINS 'draft' OR year < 2020).
//
//   either     := all (OR all)*
//   all        := one (AND one)*
//   one        := NOT one | ( either ) | comparison
//   comparison := path (= | != | < | <= | > | >=) value | path [NOT] IN ( value (, value)* )
//               | path CONTAINS value
//   value      := 'text' | number | true | false | null
//
// != and NOT IN are the negations of = and IN, so they are true if the key is missing. A value that
// is null, and a missing value, equal null. An order compares numbers only with numbers, and texts
// only with texts, by their code points; times are texts, too. A filter text without a token is an
// error. The filter that all rows satisfy is {}.
#include <algorithm>
#include <span>

#include "core/condition/parse/filter_reader.h"
#include "core/condition/parse/order.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

using Kind = FilterToken::Kind;

constexpr std::int32_t kFewestItems = 4;

/// A list of conditions or values while it is being read.
template <class T>
struct List {
  T* items = nullptr;
  std::int32_t size = 0;
  std::int32_t room = 0;

  std::span<T> span() const { return {items, static_cast<std::size_t>(size)}; }
};

/// The parser of filter texts. A function that fails returns null or false.
class FilterTextParser : public FilterReader {
 public:
  using FilterReader::FilterReader;

  const Condition* filter();

 private:
  const Condition* either();
  const Condition* all();
  const Condition* one();
  const Condition* negation();
  const Condition* parenthesized();
  const Condition* comparison();
  const Condition* equality(const PayloadPath& path, bool is_negated);
  const Condition* in(const PayloadPath& path, bool is_negated);
  const Condition* contains(const PayloadPath& path);
  const Condition* order(const PayloadPath& path, Order order);
  const Condition* equals_any(const PayloadPath& path, std::span<JsonValue> values);
  const Condition* equals_null(const PayloadPath& path);

  template <class T>
  bool add(List<T>* list, const T& item);
  Condition* condition_of(ConditionKind kind, const PayloadPath& path);
};

template <class T>
bool FilterTextParser::add(List<T>* list, const T& item) {
  if (!reserve(arena(), list->size, list->size + 1, kFewestItems, &list->room, &list->items)) {
    return fail(here(), ParseErrorCode::kOutOfMemory, "out of memory");
  }
  list->items[list->size++] = item;
  return true;
}

Condition* FilterTextParser::condition_of(ConditionKind kind, const PayloadPath& path) {
  Condition* made = condition(kind, here());
  if (made != nullptr) {
    made->path = path;
  }
  return made;
}

const Condition* FilterTextParser::filter() {
  if (kind() == Kind::kEnd) {
    unexpected("filter is empty");
    return nullptr;
  }
  const Condition* whole = either();
  return whole != nullptr && expect(Kind::kEnd, "expected AND or OR") ? whole : nullptr;
}

const Condition* FilterTextParser::either() {
  List<const Condition*> list;
  do {
    const Condition* child = all();
    if (child == nullptr || !add(&list, child)) {
      return nullptr;
    }
  } while (accept(Kind::kOr));
  return joined(ConditionKind::kOr, list.span(), here());
}

const Condition* FilterTextParser::all() {
  List<const Condition*> list;
  do {
    const Condition* child = one();
    if (child == nullptr || !add(&list, child)) {
      return nullptr;
    }
  } while (accept(Kind::kAnd));
  return joined(ConditionKind::kAnd, list.span(), here());
}

const Condition* FilterTextParser::one() {
  if (!enter(here())) {
    return nullptr;
  }
  const Condition* result = kind() == Kind::kNot    ? negation()
                            : kind() == Kind::kOpen ? parenthesized()
                                                    : comparison();
  leave();
  return result;
}

const Condition* FilterTextParser::negation() {
  advance();
  const Condition* child = one();
  return child == nullptr ? nullptr : negated(child, here());
}

const Condition* FilterTextParser::parenthesized() {
  advance();
  const Condition* inner = either();
  return inner != nullptr && expect(Kind::kClose, "expected AND, OR or )") ? inner : nullptr;
}

const Condition* FilterTextParser::comparison() {
  PayloadPath key;
  if (!path(&key)) {
    return nullptr;
  }
  switch (kind()) {
    case Kind::kEqual:
    case Kind::kNotEqual:
      return equality(key, kind() == Kind::kNotEqual);
    case Kind::kLess:
      return order(key, Order::kLess);
    case Kind::kLessOrEqual:
      return order(key, Order::kLessOrEqual);
    case Kind::kGreater:
      return order(key, Order::kGreater);
    case Kind::kGreaterOrEqual:
      return order(key, Order::kGreaterOrEqual);
    case Kind::kContains:
      return contains(key);
    case Kind::kNot:
      advance();
      return in(key, true);
    case Kind::kIn:
      return in(key, false);
    default:
      unexpected("expected an operator");
      return nullptr;
  }
}

const Condition* FilterTextParser::equality(const PayloadPath& path, bool is_negated) {
  advance();
  JsonValue* operand = array<JsonValue>(1, here());
  if (operand == nullptr || !value(operand)) {
    return nullptr;
  }
  const Condition* same = equals_any(path, {operand, 1});
  return same != nullptr && is_negated ? negated(same, here()) : same;
}

const Condition* FilterTextParser::in(const PayloadPath& path, bool is_negated) {
  if (!expect(Kind::kIn, "expected IN") || !expect(Kind::kOpen, "expected ( after IN")) {
    return nullptr;
  }
  List<JsonValue> list;
  do {
    JsonValue item;
    if (!value(&item) || !add(&list, item)) {
      return nullptr;
    }
  } while (accept(Kind::kComma));
  if (!expect(Kind::kClose, "expected a comma or )")) {
    return nullptr;
  }
  const Condition* same = equals_any(path, list.span());
  return same != nullptr && is_negated ? negated(same, here()) : same;
}

/// Makes the condition that some value equals one of `values`. Numbers of all forms go into kIn,
/// which compares integers exactly. A range from a number to itself would compare doubles, and
/// would also contain those integers beyond 2^53 that round to the number.
const Condition* FilterTextParser::equals_any(const PayloadPath& path,
                                              std::span<JsonValue> values) {
  if (!count_values(static_cast<std::int64_t>(values.size()), here())) {
    return nullptr;
  }
  const auto end = std::remove_if(values.begin(), values.end(), [](const JsonValue& value) {
    return value.kind == JsonKind::kNull;
  });
  const auto left = static_cast<std::size_t>(end - values.begin());
  if (left == 0) {
    return equals_null(path);
  }
  Condition* same = condition_of(ConditionKind::kIn, path);
  if (same == nullptr) {
    return nullptr;
  }
  same->values = sorted_values(values.first(left));
  if (left == values.size()) {
    return same;
  }
  List<const Condition*> list;
  const Condition* null = equals_null(path);
  const bool is_made =
      null != nullptr && add(&list, static_cast<const Condition*>(same)) && add(&list, null);
  return is_made ? joined(ConditionKind::kOr, list.span(), here()) : nullptr;
}

/// Makes the condition that the path reaches null or does not reach a value.
const Condition* FilterTextParser::equals_null(const PayloadPath& path) {
  const Condition* null = condition_of(ConditionKind::kIsNull, path);
  const Condition* exists = condition_of(ConditionKind::kExists, path);
  const Condition* missing = exists == nullptr ? nullptr : negated(exists, here());
  List<const Condition*> list;
  const bool is_made =
      null != nullptr && missing != nullptr && add(&list, null) && add(&list, missing);
  return is_made ? joined(ConditionKind::kOr, list.span(), here()) : nullptr;
}

const Condition* FilterTextParser::contains(const PayloadPath& path) {
  advance();
  JsonValue* operand = array<JsonValue>(1, here());
  if (operand == nullptr || !value(operand) || !count_values(1, here())) {
    return nullptr;
  }
  Condition* made = condition_of(ConditionKind::kContains, path);
  if (made != nullptr) {
    made->values = {operand, 1};
  }
  return made;
}

const Condition* FilterTextParser::order(const PayloadPath& path, Order order) {
  advance();
  JsonValue bound;
  if (kind() != Kind::kText && kind() != Kind::kNumber) {
    unexpected("expected a number or a text");
    return nullptr;
  }
  if (!value(&bound)) {
    return nullptr;
  }
  Condition* made = condition_of(ConditionKind::kNumberRange, path);
  if (made != nullptr) {
    set_order(made, order, bound);
  }
  return made;
}

}  // namespace

ParseError parse_filter_text(std::string_view text, const Arena& arena,
                             const Condition** condition) {
  FilterTextParser parser(text, arena);
  *condition = parser.filter();
  return parser.error();
}

}  // namespace vecext
