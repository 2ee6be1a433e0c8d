// Payloads and ids: from messages to JSON, and back. Integers stay integers, and others stay
// others.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "wire/grpc/proto/values.pb.h"

namespace vecext::gateway::grpc {

using Payload = google::protobuf::Map<std::string, qdrant::Value>;

/// Appends a number that has a point or an exponent, so that it is read as no integer.
void append_double(std::string& out, double value);
void append_value(std::string& out, const qdrant::Value& value);
/// Appends an object.
void append_payload(std::string& out, const Payload& payload);
/// Appends a number, or the string of a UUID. Throws a Failure if the id is empty.
void append_id(std::string& out, const qdrant::PointId& id);

/// Returns the number that a text is, or 0 if it is not one of this type.
template <class Number>
Number number_of(RawJson text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Returns an array of strings.
template <class Strings>
std::string list_of(const Strings& strings) {
  return json_list([&](JsonList& list) {
    for (const std::string& text : strings) {
      append_string(list.element(), text);
    }
  });
}

/// Returns the integer of 64 bits that a number is, or nothing.
std::optional<std::int64_t> integer_of(RawJson number);
double double_of(RawJson number);

void read_value(RawJson text, qdrant::Value& value);
/// Reads an object. An empty text is none.
void read_payload(RawJson text, Payload& payload);
/// Reads the digits of a number, or a UUID.
void read_id(std::string_view text, qdrant::PointId& id);

}  // namespace vecext::gateway::grpc
