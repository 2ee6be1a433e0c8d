// What the parsers of the frameworks' filters share: functions that make the conditions which their
// operators name.
#pragma once

#include <span>
#include <string_view>

#include "core/condition/parse/order.h"
#include "core/condition/parse/parser.h"

namespace vecext {

class FrameworkParser : public JsonConditionParser {
 public:
  using JsonConditionParser::JsonConditionParser;

  /// Returns room for `n` conditions, each of which stands for at least one condition of the
  /// filter.
  const Condition** children(int n, const JsonPlace& where);

  Condition* test(ConditionKind kind, const PayloadPath& path, const JsonPlace& where);
  /// Makes the condition that some value equals a scalar.
  const Condition* equals(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// Makes a condition of that kind whose `values` are the scalars of an array.
  const Condition* of_values(ConditionKind kind, const PayloadPath& path, const JsonValue& values,
                             const JsonPlace& where);
  /// Makes the condition that an array has a scalar.
  const Condition* has(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// Makes the condition that some number or string compares with `bound` in the way that `order`
  /// says.
  const Condition* compares(const PayloadPath& path, Order order, const JsonValue& bound,
                            const JsonPlace& where);
  /// Makes a condition of that kind whose `text` is a string.
  Condition* of_text(ConditionKind kind, const PayloadPath& path, const JsonValue& text,
                     const JsonPlace& where);

  /// Requires that a bound is a finite number or a string.
  bool need_bound(const JsonValue& value, const JsonPlace& where);
};

}  // namespace vecext
