// Comparisons with a bound. Qdrant's grammar has ranges with two bounds; other dialects have one
// comparison for each bound.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/condition/condition.h"

namespace vecext {

/// How a value compares with a bound.
enum class Order : std::uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

template <class T>
Range<T> range_of(Order order, const T& bound) {
  const bool is_inside = order == Order::kLessOrEqual || order == Order::kGreaterOrEqual;
  if (order == Order::kLess || order == Order::kLessOrEqual) {
    return {.high = bound, .has_high = true, .high_is_inside = is_inside};
  }
  return {.low = bound, .has_low = true, .low_is_inside = is_inside};
}

/// Makes `condition` a condition on the order of numbers or, if `bound` is a string, of texts.
/// `bound` must be a number or a string.
inline void set_order(Condition* condition, Order order, const JsonValue& bound) {
  if (bound.kind == JsonKind::kNumber) {
    condition->kind = ConditionKind::kNumberRange;
    condition->numbers = range_of(order, bound.number);
  } else {
    condition->kind = ConditionKind::kTextRange;
    condition->texts = range_of(order, bound.text);
  }
}

}  // namespace vecext
