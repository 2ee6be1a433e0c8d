#include "core/condition/parse/framework_parser.h"

namespace vecext {

const Condition** FrameworkParser::children(int n, const ParsePlace& at) {
  if (n > kMostConditions) {
    fail(at, ParseErrorCode::kTooLarge, "filter has too many conditions");
    return nullptr;
  }
  return array<const Condition*>(static_cast<std::size_t>(n), at);
}

Condition* FrameworkParser::test(ConditionKind kind, const PayloadPath& path,
                                 const ParsePlace& at) {
  Condition* made = condition(kind, at);
  if (made != nullptr) {
    made->path = path;
  }
  return made;
}

const Condition* FrameworkParser::equals(const PayloadPath& path, const JsonValue& value,
                                         const ParsePlace& at) {
  Condition* made = need_scalar(value, at) ? test(ConditionKind::kIn, path, at) : nullptr;
  return made != nullptr && one_value(value, at, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::of_values(ConditionKind kind, const PayloadPath& path,
                                            const JsonValue& values, const ParsePlace& at) {
  Condition* made = test(kind, path, at);
  const auto check = [this](const JsonValue& value, const ParsePlace& value_at) {
    return need_scalar(value, value_at);
  };
  return made != nullptr && need_values(values, at, check, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::has(const PayloadPath& path, const JsonValue& value,
                                      const ParsePlace& at) {
  Condition* made = need_scalar(value, at) ? test(ConditionKind::kHasAll, path, at) : nullptr;
  return made != nullptr && one_value(value, at, &made->values) ? made : nullptr;
}

const Condition* FrameworkParser::compares(const PayloadPath& path, Order order,
                                           const JsonValue& bound, const ParsePlace& at) {
  Condition* made = need_bound(bound, at) ? test(ConditionKind::kNumberRange, path, at) : nullptr;
  if (made != nullptr) {
    set_order(made, order, bound);
  }
  return made;
}

Condition* FrameworkParser::of_text(ConditionKind kind, const PayloadPath& path,
                                    const JsonValue& text, const ParsePlace& at) {
  Condition* made = test(kind, path, at);
  return made != nullptr && need_string(text, at, &made->text) ? made : nullptr;
}

bool FrameworkParser::need_bound(const JsonValue& value, const ParsePlace& at) {
  double number;
  if (value.kind == JsonKind::kNumber) {
    return need_number(value, at, &number);
  }
  return value.kind == JsonKind::kString || malformed(at, "must be a number or a string");
}

}  // namespace vecext
