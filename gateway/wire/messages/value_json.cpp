#include "wire/messages/value_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/failure.h"
#include "wire/messages/json_reader.h"

namespace vecext::gateway::grpc {

void append_double(std::string& out, double value) {
  if (std::isnan(value)) {
    throw Failure(FailureKind::kBadInput, "NaN is not a number of JSON");
  }
  constexpr double kMost = std::numeric_limits<double>::max();
  value = std::clamp(value, -kMost, kMost);
  // Numbers of jsonb have no exponent: with one, a large number would come back as an integer.
  constexpr double kIntegersEnd = 1.8446744073709552e19;
  char digits[32];
  const auto [end, fault] =
      std::abs(value) < kIntegersEnd && std::trunc(value) == value
          ? std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed)
          : std::to_chars(digits, digits + sizeof digits, value);
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) {
    out += ".0";
  }
}

void append_value(std::string& out, const qdrant::Value& value) {
  switch (value.kind_case()) {
    case qdrant::Value::kDoubleValue:
      if (!std::isfinite(value.double_value())) {
        throw Failure(FailureKind::kBadInput, "Numbers of payloads must be finite");
      }
      append_double(out, value.double_value());
      break;
    case qdrant::Value::kIntegerValue:
      out += std::to_string(value.integer_value());
      break;
    case qdrant::Value::kStringValue:
      append_string(out, value.string_value());
      break;
    case qdrant::Value::kBoolValue:
      out += value.bool_value() ? "true" : "false";
      break;
    case qdrant::Value::kStructValue:
      append_payload(out, value.struct_value().fields());
      break;
    case qdrant::Value::kListValue:
      append_list(out, [&](JsonList& list) {
        for (const qdrant::Value& element : value.list_value().values()) {
          append_value(list.element(), element);
        }
      });
      break;
    default:
      out += "null";
  }
}

void append_payload(std::string& out, const Payload& payload) {
  append_object(out, [&](JsonWriter& object) {
    for (const auto& [key, value] : payload) {
      append_value(object.key(key), value);
    }
  });
}

void append_id(std::string& out, const qdrant::PointId& id) {
  switch (id.point_id_options_case()) {
    case qdrant::PointId::kNum:
      out += std::to_string(id.num());
      break;
    case qdrant::PointId::kUuid:
      append_string(out, id.uuid());
      break;
    default:
      throw Failure(FailureKind::kBadJson, "No ID options provided");
  }
}

std::optional<std::int64_t> integer_of(RawJson text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  const auto [read, fault] = std::from_chars(text.data(), end, integer);
  return fault == std::errc() && read == end ? std::optional(integer) : std::nullopt;
}

double double_of(RawJson text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

namespace {

void read(ondemand::value json, qdrant::Value& value);

void read(ondemand::object json, Payload& payload) {
  for (auto field : json) {
    const std::string key(std::string_view(field.unescaped_key()));
    read(field.value(), payload[key]);
  }
}

// Numbers that no integer of 64 bits holds are doubles.
void read_number(std::string_view text, qdrant::Value& value) {
  if (const auto integer = integer_of(text)) {
    value.set_integer_value(*integer);
  } else {
    value.set_double_value(double_of(text));
  }
}

void read(ondemand::value json, qdrant::Value& value) {
  switch (json.type()) {
    case ondemand::json_type::object:
      read(json.get_object(), *value.mutable_struct_value()->mutable_fields());
      break;
    case ondemand::json_type::array: {
      qdrant::ListValue& list = *value.mutable_list_value();
      for (auto element : json.get_array()) {
        read(element.value(), *list.add_values());
      }
      break;
    }
    case ondemand::json_type::number:
      read_number(trimmed(json.raw_json_token()), value);
      break;
    case ondemand::json_type::string: {
      const std::string_view text = json.get_string();
      value.set_string_value(text.data(), text.size());
      break;
    }
    case ondemand::json_type::boolean:
      value.set_bool_value(json.get_bool());
      break;
    default:
      value.set_null_value(qdrant::NULL_VALUE);
      json.is_null();
  }
}

}  // namespace

void read_value(RawJson text, qdrant::Value& value) {
  // A document may not be a scalar where a value is wanted, but an element of an array may be.
  std::string list = "[";
  list += text;
  list += "]";
  JsonReader reader(list);
  for (auto element : reader.document().get_array()) {
    read(element.value(), value);
  }
}

void read_payload(RawJson text, Payload& payload) {
  if (text.empty() || text == "{}") {
    return;
  }
  JsonReader reader(text);
  read(reader.document().get_object(), payload);
}

void read_id(std::string_view text, qdrant::PointId& id) {
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    id.set_num(number);
  } else {
    id.set_uuid(text.data(), text.size());
  }
}

}  // namespace vecext::gateway::grpc
