#include "core/condition/parse/filter_reader.h"

#include <algorithm>
#include <charconv>

#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

using Kind = FilterToken::Kind;

/// Returns how many characters a text in UTF-8 has.
std::int32_t count_characters(std::string_view bytes) {
  return static_cast<std::int32_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Returns the exponent that is written in a number, or 0 if it has none. The exponent of a number
/// that is 0 may have more than 64 bits; the function then returns 0.
std::int64_t exponent_of(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  if (e == std::string_view::npos) {
    return 0;
  }
  number.remove_prefix(e + 1 + (number[e + 1] == '+' ? 1 : 0));
  std::int64_t exponent = 0;
  std::from_chars(number.data(), number.data() + number.size(), exponent);
  return exponent;
}

/// Reads a number that is written in decimal digits and is an integer from -2^63 to 2^64 - 1. If it
/// is not such an integer, changes nothing. A double could not tell that: beyond 2^53 every double
/// is an integer, even if the number as written has a fraction.
void read_integer(std::string_view number, JsonValue* value) {
  constexpr std::string_view kNotZero = "123456789";
  constexpr std::int64_t kMostDigits = 20;
  const std::string_view digits = number.substr(0, number.find_first_of("eE"));
  const std::size_t first = digits.find_first_of(kNotZero);
  if (first == std::string_view::npos) {
    set_integer(false, 0, value);  // -0 is 0, as in jsonb
    return;
  }
  const std::size_t last = digits.find_last_of(kNotZero);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  // This counts the digits between the last one that is not zero and the point. Then the exponent
  // moves the point.
  const std::int64_t places = static_cast<std::int64_t>(point - last) - (last < point ? 1 : 0);
  const std::int64_t zeros = places + exponent_of(number);
  const std::size_t count = last - first + (first < point && point < last ? 0 : 1);
  if (zeros < 0 || static_cast<std::int64_t>(count) + zeros > kMostDigits) {
    return;
  }
  char text[kMostDigits];
  char* end = std::remove_copy(digits.begin() + first, digits.begin() + last + 1, text, '.');
  end = std::fill_n(end, zeros, '0');
  std::uint64_t magnitude = 0;
  if (std::from_chars(text, end, magnitude).ec == std::errc{}) {
    set_integer(number[0] == '-', magnitude, value);
  }
}

}  // namespace

void FilterReader::advance() {
  token_ = lexer_.next();
  const auto begin = static_cast<std::size_t>(token_.source.data() - text_.data());
  position_ += count_characters(text_.substr(begin_, begin - begin_));
  begin_ = begin;
}

bool FilterReader::unexpected(const char* reason) {
  return fail(here(), ParseErrorCode::kSyntax, token_.kind == Kind::kFault ? token_.fault : reason,
              token_.source);
}

bool FilterReader::accept(Kind kind) {
  const bool is_there = token_.kind == kind;
  if (is_there) {
    advance();
  }
  return is_there;
}

bool FilterReader::expect(Kind kind, const char* otherwise) {
  return accept(kind) || unexpected(otherwise);
}

bool FilterReader::path(PayloadPath* path) {
  if (token_.kind != Kind::kPath) {
    return unexpected("expected a path");
  }
  const ParseError error = vecext::parse_path(token_.source, arena_, path);
  if (!error.ok()) {
    const bool is_wrong = error.code == ParseErrorCode::kMalformed;
    return fail(ParsePlace::character(position_ + error.position - 1),
                is_wrong ? ParseErrorCode::kSyntax : error.code, error.reason, token_.source);
  }
  advance();
  return true;
}

bool FilterReader::value(JsonValue* value) {
  bool is_read = true;
  switch (token_.kind) {
    case Kind::kText:
      value->kind = JsonKind::kString;
      is_read = text(&value->text);
      break;
    case Kind::kNumber:
      value->kind = JsonKind::kNumber;
      is_read = number(value);
      break;
    case Kind::kTrue:
    case Kind::kFalse:
      value->kind = JsonKind::kBool;
      value->boolean = token_.kind == Kind::kTrue;
      break;
    case Kind::kNull:
      value->kind = JsonKind::kNull;
      break;
    default:
      return unexpected("expected a value");
  }
  if (is_read) {
    advance();
  }
  return is_read;
}

/// Sets `*text` to the token without its quotes. A quote that is written twice within it becomes
/// one.
bool FilterReader::text(std::string_view* text) {
  *text = token_.source.substr(1, token_.source.size() - 2);
  if (text->find('\'') == std::string_view::npos) {
    return true;
  }
  char* room = array<char>(text->size(), here());
  if (room == nullptr) {
    return false;
  }
  std::size_t n = 0;
  for (std::size_t i = 0; i < text->size(); ++i) {
    room[n++] = (*text)[i];
    i += (*text)[i] == '\'' ? 1 : 0;
  }
  *text = {room, n};
  return true;
}

bool FilterReader::number(JsonValue* value) {
  const char* begin = token_.source.data();
  const char* end = begin + token_.source.size();
  if (std::from_chars(begin, end, value->number).ec != std::errc{}) {
    return unexpected("number out of range");
  }
  value->is_integer = value->is_large = false;
  read_integer(token_.source, value);  // 5.0 is 5, as in jsonb
  return true;
}

}  // namespace vecext
