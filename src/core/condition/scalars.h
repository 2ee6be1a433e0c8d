// Sorted lists of scalars, whose order is that of compare_scalars() (evaluate.h).
#pragma once

#include <span>

#include "core/json/json.h"

namespace vecext {

/// Sorts the values in place, and returns them without duplicates.
std::span<const JsonValue> sorted_values(std::span<JsonValue> values);

/// Returns sorted values without duplicates.
std::span<const JsonValue> first_of_each(std::span<JsonValue> values);

/// Returns where a value is in a sorted list, or the end of the list if the list does not have it.
std::span<const JsonValue>::iterator find_in(const JsonValue& value,
                                             std::span<const JsonValue> values);

inline bool is_one_of(const JsonValue& value, std::span<const JsonValue> values) {
  return find_in(value, values) != values.end();
}

}  // namespace vecext
