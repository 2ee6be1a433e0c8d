// Sorted lists of scalars; compare_scalars() of evaluate.h is their order.
#pragma once

#include <span>

#include "core/json/json.h"

namespace vecext {

/// Sorts the values, and returns each different value once.
std::span<const JsonValue> sorted_values(std::span<JsonValue> values);

/// Returns each different value once. The values must be sorted.
std::span<const JsonValue> first_of_each(std::span<JsonValue> values);

/// Returns where the value is in a sorted list, or the list's end if it is not there.
std::span<const JsonValue>::iterator find_in(const JsonValue& value,
                                             std::span<const JsonValue> values);

inline bool is_one_of(const JsonValue& value, std::span<const JsonValue> values) {
  return find_in(value, values) != values.end();
}

}  // namespace vecext
