// JSON values as readers see them, in whatever form their owner holds them.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

enum class JsonKind : std::uint8_t {
  kMissing,  // no value is there
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
  bool boolean = false;      // kBool
  bool is_integer = false;   // kNumber: the value is `integer` exactly
  std::int64_t integer = 0;  // kNumber, if is_integer
  double number = 0;         // kNumber: the nearest double; infinite beyond the range of doubles
  std::string_view text;     // kString: UTF-8
  const void* container = nullptr;  // kArray, kObject: as the source knows it
};

/// A member of an object.
struct JsonMember {
  std::string_view key;
  JsonValue value;
};

/// Reads the arrays and objects of one representation of JSON.
class JsonSource {
 public:
  /// Elements of an array or members of an object.
  virtual int size(const JsonValue& container) const = 0;
  /// The i-th element of an array; 0 <= i < size().
  virtual JsonValue element(const JsonValue& array, int i) const = 0;
  /// The i-th member of an object, in any order; 0 <= i < size().
  virtual JsonMember member(const JsonValue& object, int i) const = 0;
  /// The value of a key; kMissing if the object does not have it.
  virtual JsonValue find(const JsonValue& object, std::string_view key) const = 0;

 protected:
  ~JsonSource() = default;
};

}  // namespace vecext
