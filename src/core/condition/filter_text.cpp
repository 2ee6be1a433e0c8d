// Filter text: lang = 'en' AND NOT (tags CONTAINS 'draft' OR year < 2020).
//
//   either     := all (OR all)*
//   all        := one (AND one)*
//   one        := NOT one | ( either ) | comparison
//   comparison := path (= | != | < | <= | > | >=) value | path [NOT] IN ( value (, value)* )
//               | path CONTAINS value
//   value      := 'text' | number | true | false | null
//
// != and NOT IN are the negations of = and IN, so a missing key satisfies them. Null and nothing
// equal null. Numbers are in order with numbers, and texts, which times are too, with texts by
// their code points. A text without a token is an error: the filter that all rows satisfy is {}.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "core/condition/filter_lexer.h"
#include "core/condition/order.h"
#include "core/condition/parse_filter.h"
#include "core/condition/parser.h"

namespace vecext {

namespace {

using Kind = FilterToken::Kind;

constexpr std::int32_t kFewestItems = 4;

/// Conditions or values while they are read.
template <class T>
struct List {
  T* items = nullptr;
  std::int32_t size = 0;
  std::int32_t room = 0;

  std::span<T> span() const { return {items, static_cast<std::size_t>(size)}; }
};

/// How many characters these bytes of UTF-8 are.
std::int32_t count_characters(std::string_view bytes) {
  return static_cast<std::int32_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Its functions return null or false after a failure.
class FilterTextParser : public ConditionParser {
 public:
  FilterTextParser(std::string_view text, const Arena& arena)
      : ConditionParser(arena), text_(text), arena_(arena), lexer_(text) {}

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

  bool path(PayloadPath* path);
  bool value(JsonValue* value);
  bool text(std::string_view* text);
  bool number(JsonValue* value);

  template <class T>
  bool add(List<T>* list, const T& item);
  Condition* condition_of(ConditionKind kind, const PayloadPath& path);

  ParsePlace here() const { return ParsePlace::character(position_); }
  void advance();
  bool accept(Kind kind);
  bool expect(Kind kind, const char* otherwise);
  bool unexpected(const char* reason);

  std::string_view text_;
  const Arena& arena_;
  FilterLexer lexer_;
  FilterToken token_;          // the next one
  std::size_t begin_ = 0;      // its first byte
  std::int32_t position_ = 1;  // its first character
};

void FilterTextParser::advance() {
  token_ = lexer_.next();
  const auto begin = static_cast<std::size_t>(token_.source.data() - text_.data());
  position_ += count_characters(text_.substr(begin_, begin - begin_));
  begin_ = begin;
}

/// The grammar does not have the next token here.
bool FilterTextParser::unexpected(const char* reason) {
  return fail(here(), ParseErrorCode::kSyntax, token_.kind == Kind::kFault ? token_.fault : reason,
              token_.source);
}

bool FilterTextParser::accept(Kind kind) {
  const bool is_there = token_.kind == kind;
  if (is_there) {
    advance();
  }
  return is_there;
}

bool FilterTextParser::expect(Kind kind, const char* otherwise) {
  return accept(kind) || unexpected(otherwise);
}

template <class T>
bool FilterTextParser::add(List<T>* list, const T& item) {
  if (!reserve(arena_, list->size, list->size + 1, kFewestItems, &list->room, &list->items)) {
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
  advance();
  if (token_.kind == Kind::kEnd) {
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
  const Condition* result = token_.kind == Kind::kNot    ? negation()
                            : token_.kind == Kind::kOpen ? parenthesized()
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
  const Kind kind = token_.kind;
  switch (kind) {
    case Kind::kEqual:
    case Kind::kNotEqual:
      return equality(key, kind == Kind::kNotEqual);
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

/// Numbers of all forms go into kIn, which compares integers exactly. A range of doubles from a
/// number to itself would also have the integers beyond 2^53 that round to it.
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

/// The path reaches null, or nothing.
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
  if (token_.kind != Kind::kText && token_.kind != Kind::kNumber) {
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

bool FilterTextParser::path(PayloadPath* path) {
  if (token_.kind != Kind::kPath) {
    return unexpected("expected a path");
  }
  const ParseError error = vecext::parse_path(token_.source, arena_, path);
  if (!error.ok()) {
    const bool is_wrong = error.code == ParseErrorCode::kMalformed;
    return fail(ParsePlace::character(position_ + error.position - 1),
                is_wrong ? ParseErrorCode::kSyntax : error.code, error.reason, token_.source);
  }
  advance();
  return true;
}

bool FilterTextParser::value(JsonValue* value) {
  bool is_read = true;
  switch (token_.kind) {
    case Kind::kText:
      value->kind = JsonKind::kString;
      is_read = text(&value->text);
      break;
    case Kind::kNumber:
      value->kind = JsonKind::kNumber;
      is_read = number(value);
      break;
    case Kind::kTrue:
    case Kind::kFalse:
      value->kind = JsonKind::kBool;
      value->boolean = token_.kind == Kind::kTrue;
      break;
    case Kind::kNull:
      value->kind = JsonKind::kNull;
      break;
    default:
      return unexpected("expected a value");
  }
  if (is_read) {
    advance();
  }
  return is_read;
}

/// Without its quotes; of two within, one.
bool FilterTextParser::text(std::string_view* text) {
  *text = token_.source.substr(1, token_.source.size() - 2);
  if (text->find('\'') == std::string_view::npos) {
    return true;
  }
  char* room = array<char>(text->size(), here());
  if (room == nullptr) {
    return false;
  }
  std::size_t n = 0;
  for (std::size_t i = 0; i < text->size(); ++i) {
    room[n++] = (*text)[i];
    i += (*text)[i] == '\'' ? 1 : 0;
  }
  *text = {room, n};
  return true;
}

bool FilterTextParser::number(JsonValue* value) {
  const char* begin = token_.source.data();
  const char* end = begin + token_.source.size();
  const auto [stop, failure] = std::from_chars(begin, end, value->integer);
  value->is_integer = stop == end && failure == std::errc{};
  if (value->is_integer) {
    value->number = static_cast<double>(value->integer);
    return true;
  }
  if (std::from_chars(begin, end, value->number).ec != std::errc{}) {
    return unexpected("number out of range");
  }
  // 5.0 is 5, as in jsonb.
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  value->is_integer = value->number >= -kBeyond && value->number < kBeyond &&
                      std::trunc(value->number) == value->number;
  value->integer = value->is_integer ? static_cast<std::int64_t>(value->number) : 0;
  return true;
}

}  // namespace

ParseError parse_filter_text(std::string_view text, const Arena& arena,
                             const Condition** condition) {
  FilterTextParser parser(text, arena);
  *condition = parser.filter();
  return parser.error();
}

}  // namespace vecext
