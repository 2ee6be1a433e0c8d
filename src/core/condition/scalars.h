// Sorted lists of scalars; compare_scalars() of evaluate.h is their order.
#pragma once

#include <span>

#include "core/json/json.h"

namespace vecext {

/// Sorts the values and returns the first of each of them.
std::span<const JsonValue> sorted_values(std::span<JsonValue> values);

/// Returns the first of each of the values, which are sorted.
std::span<const JsonValue> first_of_each(std::span<JsonValue> values);

/// Where the value is in a sorted list; its end if it is not there.
std::span<const JsonValue>::iterator find_in(const JsonValue& value,
                                             std::span<const JsonValue> values);

inline bool is_one_of(const JsonValue& value, std::span<const JsonValue> values) {
  return find_in(value, values) != values.end();
}

}  // namespace vecext
