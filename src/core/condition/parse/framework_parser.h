// What the parsers of the frameworks' filters share: tests of a path that their operators name.
#pragma once

#include <span>
#include <string_view>

#include "core/condition/parse/order.h"
#include "core/condition/parse/parser.h"

namespace vecext {

class FrameworkParser : public JsonConditionParser {
 public:
  using JsonConditionParser::JsonConditionParser;

  /// Room for n conditions; each of them is one at least.
  const Condition** children(int n, const JsonPlace& where);

  Condition* test(ConditionKind kind, const PayloadPath& path, const JsonPlace& where);
  /// Some value equals that scalar.
  const Condition* equals(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// A condition whose values are an array of scalars.
  const Condition* of_values(ConditionKind kind, const PayloadPath& path, const JsonValue& values,
                             const JsonPlace& where);
  /// An array has that scalar.
  const Condition* has(const PayloadPath& path, const JsonValue& value, const JsonPlace& where);
  /// Some number or string is in that order to the bound.
  const Condition* compares(const PayloadPath& path, Order order, const JsonValue& bound,
                            const JsonPlace& where);
  /// A condition whose text is that string.
  Condition* of_text(ConditionKind kind, const PayloadPath& path, const JsonValue& text,
                     const JsonPlace& where);

  /// A finite number or a string.
  bool need_bound(const JsonValue& value, const JsonPlace& where);
};

}  // namespace vecext
