// JSON values as readers see them, in whatever form their owner keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vecext {

enum class JsonKind : std::uint8_t {
  kMissing,  // a value that is not there
  kNull,
  kBool,
  kNumber,
  kString,
  kArray,
  kObject,
};

/// A value of a document or of a request. It owns nothing: `text` and `container` belong to the
/// document, or to the arena of the reader.
struct JsonValue {
  JsonKind kind = JsonKind::kMissing;
  bool boolean = false;             // for kBool
  bool is_integer = false;          // for kNumber: true if the value is exactly `integer`
  bool is_large = false;            // for kNumber: true if the value is an integer from 2^63 to
                                    // 2^64 - 1, which `integer` has the bits of
  std::int64_t integer = 0;         // for kNumber, if is_integer or is_large
  double number = 0;                // for kNumber: the nearest double; infinite beyond the range of
                                    // doubles
  std::string_view text;            // for kString: UTF-8
  const void* container = nullptr;  // for kArray and kObject: what the JsonSource knows it by
};

/// Makes the value the integer of that sign and magnitude, if it is from -2^63 to 2^64 - 1. Returns
/// false, and changes nothing, if it is less than -2^63.
inline bool set_integer(bool is_negative, std::uint64_t magnitude, JsonValue* value) {
  constexpr std::uint64_t kBeyond = std::uint64_t{1} << 63;
  if (is_negative && magnitude > kBeyond) {
    return false;
  }
  value->kind = JsonKind::kNumber;
  value->is_integer = is_negative || magnitude < kBeyond;
  value->is_large = !value->is_integer;
  value->integer = static_cast<std::int64_t>(is_negative ? 0 - magnitude : magnitude);
  value->number =
      value->is_large ? static_cast<double>(magnitude) : static_cast<double>(value->integer);
  return true;
}

/// Returns the number that an integer from 0 to 2^64 - 1 is, or nothing if the value is not one.
inline std::optional<std::uint64_t> natural_number(const JsonValue& value) {
  const bool is_natural = value.is_large || (value.is_integer && value.integer >= 0);
  return value.kind == JsonKind::kNumber && is_natural
             ? std::optional{static_cast<std::uint64_t>(value.integer)}
             : std::nullopt;
}

/// A member of an object.
struct JsonMember {
  std::string_view key;
  JsonValue value;
};

/// Reads the arrays and objects of one representation of JSON.
class JsonSource {
 public:
  /// Returns the number of elements of an array or of members of an object.
  virtual int size(const JsonValue& container) const = 0;
  /// Returns the i-th element of an array; 0 <= i < size().
  virtual JsonValue element(const JsonValue& array, int i) const = 0;
  /// Returns the i-th member of an object, where 0 <= i < size(). Members are in no particular
  /// order.
  virtual JsonMember member(const JsonValue& object, int i) const = 0;
  /// Returns the value of a key. Its kind is kMissing if the object does not have the key.
  virtual JsonValue find(const JsonValue& object, std::string_view key) const = 0;

 protected:
  ~JsonSource() = default;
};

}  // namespace vecext
