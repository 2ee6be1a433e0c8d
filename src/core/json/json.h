// JSON values as readers see them, in whatever form their owner keeps them.
#pragma once

#include <cstdint>
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
  std::int64_t integer = 0;         // for kNumber, if is_integer
  double number = 0;                // for kNumber: the nearest double; infinite beyond the range of
                                    // doubles
  std::string_view text;            // for kString: UTF-8
  const void* container = nullptr;  // for kArray and kObject: what the JsonSource knows it by
};

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
