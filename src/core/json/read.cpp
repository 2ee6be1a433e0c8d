#include "core/json/read.h"

#include <algorithm>

#include "core/json/closest_word.h"

namespace vecext {

namespace {

JsonFault fault_unless(bool is_right, const JsonValue& value, const char* reason) {
  return is_right ? JsonFault{} : unlike(value, reason);
}

}  // namespace

bool is_one_of(std::string_view word, KnownWords known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

JsonValue find_member(const JsonSource& source, const JsonValue& object, std::string_view key) {
  const JsonValue value = source.find(object, key);
  return value.kind == JsonKind::kNull ? JsonValue{} : value;
}

JsonFault unlike(const JsonValue& value, const char* reason) {
  return {.reason = value.kind == JsonKind::kMissing ? "is missing" : reason};
}

JsonFault check_object(const JsonValue& value) {
  return fault_unless(value.kind == JsonKind::kObject, value, "expected an object");
}

JsonFault check_array(const JsonValue& value) {
  return fault_unless(value.kind == JsonKind::kArray, value, "expected an array");
}

JsonFault read_string(const JsonValue& value, std::string_view* text) {
  *text = value.text;
  return fault_unless(value.kind == JsonKind::kString, value, "expected a string");
}

JsonFault read_bool(const JsonValue& value, bool* boolean) {
  *boolean = value.boolean;
  return fault_unless(value.kind == JsonKind::kBool, value, "expected true or false");
}

JsonFault read_number(const JsonValue& value, double* number) {
  *number = value.number;
  if (value.kind == JsonKind::kNumber && !__builtin_isfinite(value.number)) {
    return {.reason = "number is out of range"};
  }
  return fault_unless(value.kind == JsonKind::kNumber, value, "expected a number");
}

JsonFault read_integer(const JsonValue& value, std::int64_t* integer) {
  *integer = value.integer;
  return fault_unless(value.kind == JsonKind::kNumber && value.is_integer, value,
                      "expected an integer of 64 bits");
}

JsonFault unknown_word(std::string_view word, const char* reason, KnownWords known,
                       KnownWords also_known) {
  ClosestWord closest(word);
  for (const std::string_view candidate : known) {
    closest.compare(candidate);
  }
  for (const std::string_view candidate : also_known) {
    closest.compare(candidate);
  }
  return {reason, word, closest.found(), known};
}

JsonFault check_keys(const JsonSource& source, const JsonValue& object, KnownWords known,
                     KnownWords also_known) {
  const int n = source.size(object);
  for (int i = 0; i < n; ++i) {
    const std::string_view key = source.member(object, i).key;
    if (!is_one_of(key, known)) {
      return unknown_word(key, "unknown key", known, also_known);
    }
  }
  return {};
}

JsonFault check_word(std::string_view word, const char* reason, KnownWords known) {
  return is_one_of(word, known) ? JsonFault{} : unknown_word(word, reason, known);
}

}  // namespace vecext
