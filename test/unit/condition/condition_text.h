// A condition as a text, to compare trees in tests: and(in(lang: "en"), not(exists(year))).
#pragma once

#include <cstdio>
#include <string>

#include "core/condition/condition.h"

namespace vecext::test {

inline std::string text_of(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", number);
  return text;
}
inline std::string text_of(std::int64_t number) {
  return std::to_string(number);
}
inline std::string text_of(std::string_view text) {
  return '"' + std::string(text) + '"';
}
inline std::string text_of(const JsonValue& value) {
  switch (value.kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBool:
      return value.boolean ? "true" : "false";
    case JsonKind::kNumber:
      return value.is_integer ? text_of(value.integer) : text_of(value.number);
    case JsonKind::kString:
      return text_of(value.text);
    default:
      return "?";
  }
}

/// [1, 2): from 1 to 2, which is not inside.
template <class T>
std::string text_of(const Range<T>& range) {
  return (range.low_is_inside ? "[" : "(") + (range.has_low ? text_of(range.low) : "") + ", " +
         (range.has_high ? text_of(range.high) : "") + (range.high_is_inside ? "]" : ")");
}

inline const char* name_of(ConditionKind kind) {
  constexpr const char* kNames[] = {
      "and",     "or",         "not",         "at_least", "nested",   "has_id",  "has_vector",
      "slice",   "in",         "not_in",      "has_all",  "contains", "prefix",  "substring",
      "like",    "all_tokens", "any_token",   "phrase",   "number",   "time",    "text",
      "geo_box", "geo_radius", "geo_polygon", "count",    "is_empty", "is_null", "exists"};
  return kNames[static_cast<int>(kind)];
}

inline std::string text_of(const Condition& condition) {
  std::string inner(condition.path.text);
  const auto add = [&](const std::string& part) {
    inner += (inner.empty() ? "" : inner == condition.path.text ? ": " : ", ") + part;
  };
  for (const JsonValue& value : condition.values) {
    add(text_of(value));
  }
  switch (condition.kind) {
    case ConditionKind::kNumberRange:
      add(text_of(condition.numbers));
      break;
    case ConditionKind::kTextRange:
      add(text_of(condition.texts));
      break;
    case ConditionKind::kPrefix:
    case ConditionKind::kSubstring:
    case ConditionKind::kLike:
      add(text_of(condition.text) + (condition.ignores_case ? " in any case" : ""));
      break;
    default:
      break;
  }
  for (const Condition* child : condition.children) {
    add(text_of(*child));
  }
  return std::string(name_of(condition.kind)) + "(" + inner + ")";
}

}  // namespace vecext::test
