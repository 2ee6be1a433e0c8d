// JSON given as text, as a JsonSource: payloads and filters of tests and fuzzers.
#pragma once

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/json/json.h"

namespace vecext::test {

class JsonText final : public JsonSource {
 public:
  /// A text that is no JSON gives a value that is missing.
  explicit JsonText(std::string_view text)
      : json_(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)) {}
  static JsonText of(nlohmann::json json) { return JsonText(std::move(json), 0); }
  JsonText(const JsonText&) = delete;
  JsonText& operator=(const JsonText&) = delete;

  bool is_valid() const { return !json_.is_discarded(); }
  JsonValue root() const { return value(json_); }
  const nlohmann::json& json() const { return json_; }

  int size(const JsonValue& container) const override {
    return static_cast<int>(held(container).size());
  }
  JsonValue element(const JsonValue& array, int i) const override {
    return value(held(array)[static_cast<std::size_t>(i)]);
  }
  JsonMember member(const JsonValue& object, int i) const override {
    const auto member = std::next(held(object).begin(), i);
    return {member.key(), value(*member)};
  }
  JsonValue find(const JsonValue& object, std::string_view key) const override {
    const auto found = held(object).find(key);
    return found == held(object).end() ? JsonValue{} : value(*found);
  }

  /// As jsonb has it: 5.0 is the integer 5.
  static JsonValue value(const nlohmann::json& json) {
    using Type = nlohmann::json::value_t;
    JsonValue value;
    switch (json.type()) {
      case Type::null:
        value.kind = JsonKind::kNull;
        break;
      case Type::boolean:
        value.kind = JsonKind::kBool;
        value.boolean = json.get<bool>();
        break;
      case Type::number_integer:
      case Type::number_unsigned:
      case Type::number_float:
        set_number(json, &value);
        break;
      case Type::string:
        value.kind = JsonKind::kString;
        value.text = json.get_ref<const std::string&>();
        break;
      case Type::array:
        value.kind = JsonKind::kArray;
        value.container = &json;
        break;
      case Type::object:
        value.kind = JsonKind::kObject;
        value.container = &json;
        break;
      default:
        break;
    }
    return value;
  }

 private:
  JsonText(nlohmann::json json, int) : json_(std::move(json)) {}

  static const nlohmann::json& held(const JsonValue& container) {
    return *static_cast<const nlohmann::json*>(container.container);
  }

  static void set_number(const nlohmann::json& json, JsonValue* value) {
    constexpr double kBeyond = 9223372036854775808.0;  // 2^63
    value->kind = JsonKind::kNumber;
    value->number = json.get<double>();
    if (json.is_number_float()) {
      value->is_integer = value->number >= -kBeyond && value->number < kBeyond &&
                          std::trunc(value->number) == value->number;
      value->integer = value->is_integer ? static_cast<std::int64_t>(value->number) : 0;
      return;
    }
    const auto integer = json.get<std::int64_t>();
    const bool is_negative = !json.is_number_unsigned() && integer < 0;
    const auto bits = static_cast<std::uint64_t>(integer);
    set_integer(is_negative, is_negative ? 0 - bits : json.get<std::uint64_t>(), value);
  }

  nlohmann::json json_;
};

}  // namespace vecext::test
