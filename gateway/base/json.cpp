#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

namespace ondemand = simdjson::ondemand;

[[noreturn]] void refuse(std::string_view what, std::string_view reason) {
  throw Failure(FailureKind::kBadJson,
                "Format error in JSON body: " + std::string(what) + ": " + std::string(reason));
}

// A parser keeps its memory from document to document. Each thread has one: no document of it is
// open beyond a function of this file.
ondemand::parser& thread_parser() {
  thread_local ondemand::parser parser;
  return parser;
}

// The library reads a word beyond the end of a text. The text is copied to where that is ours, in
// memory that the thread keeps.
simdjson::padded_string_view padded(RawJson text) {
  constexpr std::size_t kKept = 1u << 20;  // bytes
  thread_local std::string copy;
  if (copy.capacity() > kKept && text.size() < kKept / 2) {
    copy = std::string();
  }
  copy.assign(text);
  copy.resize(text.size() + simdjson::SIMDJSON_PADDING);
  return simdjson::padded_string_view(copy.data(), text.size(), copy.size());
}

// The text of a value, which stands in `copy` where `text` has it.
RawJson in_text(RawJson value, simdjson::padded_string_view copy, RawJson text) {
  while (!value.empty() && (value.back() == ' ' || value.back() == '\n' || value.back() == '\r' ||
                            value.back() == '\t')) {
    value.remove_suffix(1);
  }
  return text.substr(static_cast<std::size_t>(value.data() - copy.data()), value.size());
}

RawJson text_of(ondemand::value value) {
  const ondemand::json_type type = value.type();
  if (type == ondemand::json_type::object) {
    ondemand::object object = value.get_object();
    return object.raw_json();
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array = value.get_array();
    return array.raw_json();
  }
  return value.raw_json_token();
}

template <class Number>
std::optional<Number> find_as(const JsonObject& object, std::string_view key,
                              std::string_view expected) {
  const auto value = object.find(key);
  if (!value) {
    return std::nullopt;
  }
  Number number = 0;
  const auto [end, fault] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (fault != std::errc() || end != value->data() + value->size()) {
    refuse(key, expected);
  }
  return number;
}

// The library has read a document once it says that its place is beyond the end.
void require_end(ondemand::document& document, std::string_view what) {
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    refuse(what, "trailing characters");
  }
}

}  // namespace

JsonObject JsonObject::parse(RawJson text, std::string_view what) {
  JsonObject all;
  try {
    const simdjson::padded_string_view copy = padded(text);
    ondemand::document document = thread_parser().iterate(copy);
    for (auto field : document.get_object()) {
      JsonMember member;
      member.key = std::string_view(field.unescaped_key());
      member.value = in_text(text_of(field.value()), copy, text);
      all.members_.push_back(std::move(member));
    }
    require_end(document, what);
  } catch (const simdjson::simdjson_error& error) {
    refuse(what, error.what());
  }
  return all;
}

std::optional<RawJson> JsonObject::find(std::string_view key) const {
  // The last of equal keys wins, as in jsonb.
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->key == key) {
      return member->value == "null" ? std::nullopt : std::optional(member->value);
    }
  }
  return std::nullopt;
}

std::optional<RawJson> JsonObject::find(std::string_view key, std::string_view other) const {
  const auto value = find(key);
  return value ? value : find(other);
}

RawJson JsonObject::at(std::string_view key) const {
  const auto value = find(key);
  if (!value) {
    refuse("missing field", "`" + std::string(key) + "`");
  }
  return *value;
}

std::optional<std::string> JsonObject::find_string(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(json_string(*value, key)) : std::nullopt;
}

std::optional<std::int64_t> JsonObject::find_integer(std::string_view key) const {
  return find_as<std::int64_t>(*this, key, "expected an integer");
}

std::optional<std::uint64_t> JsonObject::find_count(std::string_view key) const {
  return find_as<std::uint64_t>(*this, key, "expected an unsigned integer");
}

std::optional<double> JsonObject::find_number(std::string_view key) const {
  return find_as<double>(*this, key, "expected a number");
}

std::optional<bool> JsonObject::find_bool(std::string_view key) const {
  const auto value = find(key);
  if (!value) {
    return std::nullopt;
  }
  if (*value != "true" && *value != "false") {
    refuse(key, "expected a boolean");
  }
  return *value == "true";
}

std::vector<RawJson> json_elements(RawJson text, std::string_view what) {
  std::vector<RawJson> all;
  try {
    const simdjson::padded_string_view copy = padded(text);
    ondemand::document document = thread_parser().iterate(copy);
    for (auto element : document.get_array()) {
      all.push_back(in_text(text_of(element.value()), copy, text));
    }
    require_end(document, what);
  } catch (const simdjson::simdjson_error& error) {
    refuse(what, error.what());
  }
  return all;
}

std::string json_string(RawJson text, std::string_view what) {
  try {
    const simdjson::padded_string_view copy = padded(text);
    ondemand::document document = thread_parser().iterate(copy);
    return std::string(std::string_view(document.get_string()));
  } catch (const simdjson::simdjson_error&) {
    refuse(what, "expected a string");
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void append_string(std::string& out, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // where the characters begin that stand for themselves
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool is_quoted = c == '"' || c == '\\';
    if (!is_quoted && static_cast<unsigned char>(c) >= 0x20) {
      continue;
    }
    out.append(value, plain, i - plain);
    plain = i + 1;
    if (is_quoted) {
      out += '\\';
      out += c;
    } else {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  out.append(value, plain);
  out += '"';
}

void append_float(std::string& out, float value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
  // Clients read a float from a number with a point or an exponent alone.
  if (std::string_view(digits, static_cast<std::size_t>(end - digits)).find_first_of(".e") ==
      std::string_view::npos) {
    out += ".0";
  }
}

std::string& JsonWriter::key(std::string_view name) {
  if (!is_first_) {
    out_ += ',';
  }
  is_first_ = false;
  append_string(out_, name);
  out_ += ':';
  return out_;
}

std::string& JsonList::element() {
  if (!is_first_) {
    out_ += ',';
  }
  is_first_ = false;
  return out_;
}

}  // namespace vecext::gateway
