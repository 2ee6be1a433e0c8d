// JSON that passes through: members are found, their text stays as it was written. So numbers keep
// their digits, and payloads are never built up as trees.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vecext::gateway {

/// The text of one JSON value within a body. The body outlives it.
using RawJson = std::string_view;

/// A member of an object: its key without escapes, and the text of its value.
struct JsonMember {
  std::string key;
  RawJson value;
};

/// The members of an object in the order of the text.
class JsonObject {
 public:
  /// Reads the text of an object. Throws a Failure kBadJson if `text` is not an object; `what` says
  /// in the message what was read. Values are checked as far as their brackets.
  static JsonObject parse(RawJson text, std::string_view what);

  /// Returns the value of a member, or nothing if there is no such member or it is null.
  std::optional<RawJson> find(std::string_view key) const;
  /// Returns the value of the member of the first of these names that is not null.
  std::optional<RawJson> find(std::string_view key, std::string_view other) const;
  /// Returns the value of a member. Throws a Failure kBadJson if it is missing.
  RawJson at(std::string_view key) const;

  std::optional<std::string> find_string(std::string_view key) const;
  std::optional<std::int64_t> find_integer(std::string_view key) const;
  /// Returns an integer from 0 to 2^64 - 1.
  std::optional<std::uint64_t> find_count(std::string_view key) const;
  std::optional<double> find_number(std::string_view key) const;
  std::optional<bool> find_bool(std::string_view key) const;

  const std::vector<JsonMember>& members() const { return members_; }

 private:
  std::vector<JsonMember> members_;
};

/// Returns the texts of the elements of an array. Throws a Failure kBadJson if it is not an array.
std::vector<RawJson> json_elements(RawJson text, std::string_view what);

/// Returns the value of a string of JSON. Throws a Failure kBadJson if it is not a string.
std::string json_string(RawJson text, std::string_view what);

/// Reads an array of numbers alone. Returns false if the text is not such an array, or if a number
/// is greater than a float can be.
bool read_floats(RawJson text, std::vector<float>& values);

inline bool is_object(RawJson text) {
  return !text.empty() && text.front() == '{';
}
inline bool is_array(RawJson text) {
  return !text.empty() && text.front() == '[';
}
inline bool is_string(RawJson text) {
  return !text.empty() && text.front() == '"';
}

/// True if the text has digits alone, and at least one.
bool is_digits(std::string_view text);

/// Appends a string of JSON with quotes and escapes.
void append_string(std::string& out, std::string_view value);
/// Appends the shortest digits that give the same float. Infinities and NaN, which JSON lacks,
/// become null.
void append_float(std::string& out, float value);

class JsonList;

/// Writes the members of an object of JSON, with commas where they belong. append_object makes one.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  /// Appends the key of a member, behind which its value is to be appended to the text.
  std::string& key(std::string_view name);

  void raw(std::string_view name, RawJson value) { key(name) += value; }
  void string(std::string_view name, std::string_view value) { append_string(key(name), value); }
  void integer(std::string_view name, std::int64_t value) { key(name) += std::to_string(value); }
  void boolean(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  template <class F>
  void object(std::string_view name, F write);
  template <class F>
  void list(std::string_view name, F write);

 private:
  std::string& out_;
  bool is_first_ = true;
};

/// Writes the elements of an array of JSON. append_list makes one.
class JsonList {
 public:
  explicit JsonList(std::string& out) : out_(out) {}
  JsonList(const JsonList&) = delete;
  JsonList& operator=(const JsonList&) = delete;

  /// Makes room for an element, which is to be appended to the text.
  std::string& element();

  void raw(RawJson value) { element() += value; }
  template <class F>
  void object(F write);

 private:
  std::string& out_;
  bool is_first_ = true;
};

/// Appends an object whose members `write(JsonWriter&)` writes.
template <class F>
void append_object(std::string& out, F write) {
  out += '{';
  JsonWriter members(out);
  write(members);
  out += '}';
}

/// Appends an array whose elements `write(JsonList&)` writes.
template <class F>
void append_list(std::string& out, F write) {
  out += '[';
  JsonList elements(out);
  write(elements);
  out += ']';
}

template <class F>
std::string json_object(F write) {
  std::string out;
  append_object(out, write);
  return out;
}

template <class F>
std::string json_list(F write) {
  std::string out;
  append_list(out, write);
  return out;
}

template <class F>
void JsonWriter::object(std::string_view name, F write) {
  append_object(key(name), write);
}

template <class F>
void JsonWriter::list(std::string_view name, F write) {
  append_list(key(name), write);
}

template <class F>
void JsonList::object(F write) {
  append_object(element(), write);
}

}  // namespace vecext::gateway
