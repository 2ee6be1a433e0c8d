// What the parsers of the frameworks' filters share: tests of a path, as their operators name them.
#pragma once

#include <span>
#include <string_view>

#include "core/condition/parse/order.h"
#include "core/condition/parse/parser.h"

namespace vecext {

class FrameworkParser : public JsonConditionParser {
 public:
  using JsonConditionParser::JsonConditionParser;

  /// Returns room for n conditions, each of which counts as at least one.
  const Condition** children(int n, const JsonPlace& where);

  Condition* test(ConditionKind kind, const PayloadPath& path, const JsonPlace& where);
  /// Makes a condition that some value equals that scalar.
  const Condition* equals(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// Makes a condition whose values are an array of scalars.
  const Condition* of_values(ConditionKind kind, const PayloadPath& path, const JsonValue& values,
                             const JsonPlace& where);
  /// Makes a condition that an array has that scalar.
  const Condition* has(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// Makes a condition that some number or string is in that order to the bound.
  const Condition* compares(const PayloadPath& path, Order order, const JsonValue& bound,
                            const JsonPlace& where);
  /// Makes a condition whose text is that string.
  Condition* of_text(ConditionKind kind, const PayloadPath& path, const JsonValue& text,
                     const JsonPlace& where);

  /// Requires a finite number or a string.
  bool need_bound(const JsonValue& value, const JsonPlace& where);
};

}  // namespace vecext
