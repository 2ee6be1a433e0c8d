// What the parsers of all dialects share: the limits, the making of conditions and arrays in the
// arena, and errors that say where the fault is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.h"
#include "core/condition/condition.h"
#include "core/condition/parse/parse_error.h"
#include "core/condition/scalars.h"
#include "core/json/json.h"
#include "core/json/place.h"
#include "core/json/read.h"

namespace vecext {

/// The place of a parser: a place in JSON, or a character of a text. A ParsePlace must not outlive
/// the call for which it is made, since a place in JSON lives on the stack of the caller.
struct ParsePlace {
  const JsonPlace* json = nullptr;  // null in a text
  std::int32_t position = 0;        // number of a character of a text, from 1

  ParsePlace(const JsonPlace& place) : json(&place) {}
  static ParsePlace character(std::int32_t at) { return ParsePlace(at); }

 private:
  explicit ParsePlace(std::int32_t at) : position(at) {}
};

/// The base of a parser. A function that fails returns false or null. error() then says why, and
/// the parser must return at once.
class ConditionParser {
 public:
  explicit ConditionParser(const Arena& arena) : arena_(arena) {}

  const ParseError& error() const { return error_; }

  /// Notes a failure, and returns false. If there was a failure before, error() still returns that
  /// one.
  bool fail(ParsePlace at, ParseErrorCode code, const char* reason, std::string_view found = {},
            std::string_view meant = {});

  /// Goes one level deeper. Returns false if that is too deep. After a successful enter(), leave()
  /// goes back.
  bool enter(ParsePlace at);
  void leave() { --level_; }

  /// Counts a condition. Returns false if there are more than kMostConditions.
  bool count_condition(ParsePlace at);
  /// Returns an empty condition. count_condition() must have counted it before.
  Condition* make(ConditionKind kind, ParsePlace at);
  /// Counts a condition, and returns an empty one.
  Condition* condition(ConditionKind kind, ParsePlace at);
  /// Returns a condition that all of `children` are true (kAnd), or that one of them is (kOr). If
  /// there is only one child, returns the child itself. The condition is not counted, since its
  /// children are. Children of kOr that are equalities on the same path become one condition with a
  /// list of values.
  const Condition* joined(ConditionKind kind, std::span<const Condition* const> children,
                          ParsePlace at);
  const Condition* negated(const Condition* child, ParsePlace at);

  /// Counts `n` elements of a list. Returns false if all lists together have more than kMostValues.
  bool count_values(std::int64_t n, ParsePlace at);

  /// Returns room for `n` elements of a trivial type, which is not initialized, or null if memory
  /// runs out.
  template <class T>
  T* array(std::size_t n, ParsePlace at) {
    T* room = arena_.array<T>(n > 0 ? n : 1);
    if (room == nullptr) {
      fail(at, ParseErrorCode::kOutOfMemory, "out of memory");
    }
    return room;
  }

  bool parse_path(std::string_view text, ParsePlace at, PayloadPath* path);

 private:
  /// Returns `alternatives` with equalities on the same path joined to one condition. Returns an
  /// empty span if memory runs out.
  std::span<const Condition* const> merged(std::span<const Condition* const> alternatives,
                                           ParsePlace at);

  const Arena& arena_;
  ParseError error_;
  int level_ = 0;
  int conditions_ = 0;
  std::int64_t values_ = 0;
};

/// The base of a parser of JSON. To all its functions, a member that is null counts as missing.
class JsonConditionParser : public ConditionParser {
 public:
  JsonConditionParser(const JsonSource& source, const Arena& arena)
      : ConditionParser(arena), source_(source) {}

  /// Reports that the request is malformed, and returns false.
  bool malformed(const JsonPlace& where, const char* reason, std::string_view found = {}) {
    return fail(where, ParseErrorCode::kMalformed, reason, found);
  }
  /// True if the request is sound; otherwise reports the request as malformed.
  bool accept(const JsonFault& fault, const JsonPlace& where) {
    return fault.ok() ||
           fail(where, ParseErrorCode::kMalformed, fault.reason, fault.found, fault.meant);
  }

  /// Returns a member of an object. Its kind is kMissing if the member is not there or null.
  JsonValue member(const JsonValue& object, std::string_view key) const {
    return find_member(source_, object, key);
  }
  bool has_member(const JsonValue& object, std::string_view key) const {
    return member(object, key).kind != JsonKind::kMissing;
  }
  int size(const JsonValue& container) const { return source_.size(container); }
  JsonValue element(const JsonValue& array, int i) const { return source_.element(array, i); }

  /// Fails because a value is missing, or is not what it must be, which `reason` says. Returns
  /// false.
  bool unlike(const JsonValue& value, const JsonPlace& where, const char* reason) {
    return accept(vecext::unlike(value, reason), where);
  }

  /// These require that a value is of a kind. A value that is missing is a fault.
  bool need_object(const JsonValue& value, const JsonPlace& where) {
    return accept(check_object(value), where);
  }
  bool need_array(const JsonValue& value, const JsonPlace& where) {
    return accept(check_array(value), where);
  }
  bool need_string(const JsonValue& value, const JsonPlace& where, std::string_view* text) {
    return accept(read_string(value, text), where);
  }
  bool need_bool(const JsonValue& value, const JsonPlace& where, bool* boolean) {
    return accept(read_bool(value, boolean), where);
  }
  /// Requires a finite number.
  bool need_number(const JsonValue& value, const JsonPlace& where, double* number) {
    return accept(read_number(value, number), where);
  }
  /// Requires an integer of 64 bits.
  bool need_integer(const JsonValue& value, const JsonPlace& where, std::int64_t* integer) {
    return accept(read_integer(value, integer), where);
  }
  /// Requires a string, a boolean or a finite number.
  bool need_scalar(const JsonValue& value, const JsonPlace& where);
  /// Requires a string that is a path.
  bool need_path(const JsonValue& value, const JsonPlace& where, PayloadPath* path);
  /// Requires an array whose elements check(value, where) accepts. Sets `*values` to its elements,
  /// sorted and without duplicates.
  template <class Check>
  bool need_values(const JsonValue& value, const JsonPlace& where, const Check& check,
                   std::span<const JsonValue>* values) {
    if (!need_array(value, where) || !count_values(size(value), where)) {
      return false;
    }
    const int n = size(value);
    JsonValue* list = array<JsonValue>(static_cast<std::size_t>(n), where);
    if (list == nullptr) {
      return false;
    }
    for (int i = 0; i < n; ++i) {
      list[i] = element(value, i);
      if (!check(list[i], where.at(i))) {
        return false;
      }
    }
    *values = sorted_values({list, static_cast<std::size_t>(n)});
    return true;
  }
  /// Sets `*values` to a list that has only `value`.
  bool one_value(const JsonValue& value, const JsonPlace& where,
                 std::span<const JsonValue>* values);

  /// Requires that an object has no keys except those in `known`. The error may suggest a word of
  /// `known` or of `also_known`.
  bool only_keys(const JsonValue& object, const JsonPlace& where, KnownWords known,
                 KnownWords also_known = {}) {
    return accept(check_keys(source_, object, known, also_known), where);
  }
  /// Fails because a word is not in `known`, and returns false.
  bool unknown_word(std::string_view word, const JsonPlace& where, const char* reason,
                    KnownWords known) {
    return accept(check_word(word, reason, known), where);
  }

  const JsonSource& source() const { return source_; }

 private:
  const JsonSource& source_;
};

}  // namespace vecext
