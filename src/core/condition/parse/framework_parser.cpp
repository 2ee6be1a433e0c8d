#include "core/condition/parse/framework_parser.h"

namespace vecext {

const Condition** FrameworkParser::children(int n, const JsonPlace& where) {
  if (n > kMostConditions) {
    fail(where, ParseErrorCode::kTooLarge, "filter has too many conditions");
    return nullptr;
  }
  return array<const Condition*>(static_cast<std::size_t>(n), where);
}

Condition* FrameworkParser::test(ConditionKind kind, const PayloadPath& path,
                                 const JsonPlace& where) {
  Condition* made = condition(kind, where);
  if (made != nullptr) {
    made->path = path;
  }
  return made;
}

const Condition* FrameworkParser::equals(const PayloadPath& path, const JsonValue& value,
                                         const JsonPlace& where) {
  Condition* made = need_scalar(value, where) ? test(ConditionKind::kIn, path, where) : nullptr;
  return made != nullptr && one_value(value, where, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::of_values(ConditionKind kind, const PayloadPath& path,
                                            const JsonValue& values, const JsonPlace& where) {
  Condition* made = test(kind, path, where);
  const auto check = [this](const JsonValue& value, const JsonPlace& value_at) {
    return need_scalar(value, value_at);
  };
  return made != nullptr && need_values(values, where, check, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::has(const PayloadPath& path, const JsonValue& value,
                                      const JsonPlace& where) {
  Condition* made = need_scalar(value, where) ? test(ConditionKind::kHasAll, path, where) : nullptr;
  return made != nullptr && one_value(value, where, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::compares(const PayloadPath& path, Order order,
                                           const JsonValue& bound, const JsonPlace& where) {
  Condition* made =
      need_bound(bound, where) ? test(ConditionKind::kNumberRange, path, where) : nullptr;
  if (made != nullptr) {
    set_order(made, order, bound);
  }
  return made;
}

Condition* FrameworkParser::of_text(ConditionKind kind, const PayloadPath& path,
                                    const JsonValue& text, const JsonPlace& where) {
  Condition* made = test(kind, path, where);
  return made != nullptr && need_string(text, where, &made->text) ? made : nullptr;
}

bool FrameworkParser::need_bound(const JsonValue& value, const JsonPlace& where) {
  double number;
  if (value.kind == JsonKind::kNumber) {
    return need_number(value, where, &number);
  }
  return value.kind == JsonKind::kString || malformed(where, "expected a number or a string");
}

}  // namespace vecext
