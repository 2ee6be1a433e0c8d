// What the parsers of all dialects share: the limits, conditions and arrays in the arena, errors
// with the place of the fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "core/base/arena.h"
#include "core/condition/condition.h"
#include "core/condition/json.h"
#include "core/condition/parse/parse_error.h"
#include "core/condition/scalars.h"

namespace vecext {

/// Where a parser is. In JSON a member or an element of the place above, in a text a character. A
/// place lives on the stack of its parser, below the place above it.
struct ParsePlace {
  const ParsePlace* above = nullptr;  // null: the whole document
  std::string_view key;               // JSON: of a member
  std::int32_t index = -1;            // JSON: of an element, if not negative
  std::int32_t position = 0;          // text: from 1

  ParsePlace member(std::string_view name) const { return {this, name, -1, 0}; }
  ParsePlace element(std::int32_t i) const { return {this, {}, i, 0}; }
  static ParsePlace character(std::int32_t at) { return {nullptr, {}, -1, at}; }
};

/// The base of a parser. A function that fails returns false or null; error() then says why, and
/// the parser is to return.
class ConditionParser {
 public:
  explicit ConditionParser(const Arena& arena) : arena_(arena) {}

  const ParseError& error() const { return error_; }

  /// Always false. The first failure stays.
  bool fail(const ParsePlace& at, ParseErrorCode code, const char* reason,
            std::string_view found = {});

  /// One level deeper; leave() undoes a successful enter().
  bool enter(const ParsePlace& at);
  void leave() { --level_; }

  /// Counts a condition against kMostConditions.
  bool count_condition(const ParsePlace& at);
  /// An empty condition; one that count_condition() has counted.
  Condition* make(ConditionKind kind, const ParsePlace& at);
  /// An empty condition, counted.
  Condition* condition(ConditionKind kind, const ParsePlace& at);
  /// All or one of the conditions; the condition itself if there is one. Not counted: they are.
  /// Alternatives that are equalities on one path become one list of values.
  const Condition* joined(ConditionKind kind, std::span<const Condition* const> children,
                          const ParsePlace& at);
  const Condition* negated(const Condition* child, const ParsePlace& at);

  /// Counts elements of a list against kMostValues.
  bool count_values(std::int64_t n, const ParsePlace& at);

  /// Room for n elements of a trivial type, not initialized.
  template <class T>
  T* array(std::size_t n, const ParsePlace& at) {
    T* room = arena_.array<T>(n > 0 ? n : 1);
    if (room == nullptr) {
      fail(at, ParseErrorCode::kOutOfMemory, "out of memory");
    }
    return room;
  }

  bool parse_path(std::string_view text, const ParsePlace& at, PayloadPath* path);

 private:
  /// The alternatives, with equalities on one path as one condition; empty if memory is out.
  std::span<const Condition* const> merged(std::span<const Condition* const> alternatives,
                                           const ParsePlace& at);

  const Arena& arena_;
  ParseError error_;
  int level_ = 0;
  int conditions_ = 0;
  std::int64_t values_ = 0;
};

/// The base of a parser of JSON. A null stands for a member that is not there.
class JsonConditionParser : public ConditionParser {
 public:
  JsonConditionParser(const JsonSource& source, const Arena& arena)
      : ConditionParser(arena), source_(source) {}

  /// Always false: the request is malformed.
  bool malformed(const ParsePlace& at, const char* reason, std::string_view found = {}) {
    return fail(at, ParseErrorCode::kMalformed, reason, found);
  }

  /// The member, kMissing if it is not there or null.
  JsonValue member(const JsonValue& object, std::string_view key) const {
    const JsonValue value = source_.find(object, key);
    return value.kind == JsonKind::kNull ? JsonValue{} : value;
  }
  bool has_member(const JsonValue& object, std::string_view key) const {
    return member(object, key).kind != JsonKind::kMissing;
  }
  int size(const JsonValue& container) const { return source_.size(container); }
  JsonValue element(const JsonValue& array, int i) const { return source_.element(array, i); }

  /// Always false: the value is missing or not what it must be.
  bool unlike(const JsonValue& value, const ParsePlace& at, const char* reason) {
    return malformed(at, value.kind == JsonKind::kMissing ? "is missing" : reason);
  }

  /// That the value is of a kind; `value` may be missing.
  bool need_object(const JsonValue& value, const ParsePlace& at);
  bool need_array(const JsonValue& value, const ParsePlace& at);
  bool need_string(const JsonValue& value, const ParsePlace& at, std::string_view* text);
  bool need_bool(const JsonValue& value, const ParsePlace& at, bool* boolean);
  /// A finite number.
  bool need_number(const JsonValue& value, const ParsePlace& at, double* number);
  /// An integer of 64 bits.
  bool need_integer(const JsonValue& value, const ParsePlace& at, std::int64_t* integer);
  /// A string, a boolean or a finite number.
  bool need_scalar(const JsonValue& value, const ParsePlace& at);
  /// A string that is a path.
  bool need_path(const JsonValue& value, const ParsePlace& at, PayloadPath* path);
  /// An array whose elements `check(value, at)` accepts, sorted, without duplicates.
  template <class Check>
  bool need_values(const JsonValue& value, const ParsePlace& at, const Check& check,
                   std::span<const JsonValue>* values) {
    if (!need_array(value, at) || !count_values(size(value), at)) {
      return false;
    }
    const int n = size(value);
    JsonValue* list = array<JsonValue>(static_cast<std::size_t>(n), at);
    if (list == nullptr) {
      return false;
    }
    for (int i = 0; i < n; ++i) {
      list[i] = element(value, i);
      if (!check(list[i], at.element(i))) {
        return false;
      }
    }
    *values = sorted_values({list, static_cast<std::size_t>(n)});
    return true;
  }
  /// The value alone, as a list of values.
  bool one_value(const JsonValue& value, const ParsePlace& at, std::span<const JsonValue>* values);

  /// That an object has no key but these.
  bool only_keys(const JsonValue& object, const ParsePlace& at,
                 std::initializer_list<std::string_view> keys);

  const JsonSource& source() const { return source_; }

 private:
  const JsonSource& source_;
};

}  // namespace vecext
