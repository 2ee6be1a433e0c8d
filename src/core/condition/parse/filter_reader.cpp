#include "core/condition/parse/filter_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

using Kind = FilterToken::Kind;

/// How many characters these bytes of UTF-8 are.
std::int32_t count_characters(std::string_view bytes) {
  return static_cast<std::int32_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
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

/// Without its quotes; of two within, one.
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
  const auto [stop, failure] = std::from_chars(begin, end, value->integer);
  value->is_integer = stop == end && failure == std::errc{};
  if (value->is_integer) {
    value->number = static_cast<double>(value->integer);
    return true;
  }
  if (std::from_chars(begin, end, value->number).ec != std::errc{}) {
    return unexpected("number out of range");
  }
  // 5.0 is 5, as in jsonb.
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  value->is_integer = value->number >= -kBeyond && value->number < kBeyond &&
                      std::trunc(value->number) == value->number;
  value->integer = value->is_integer ? static_cast<std::int64_t>(value->number) : 0;
  return true;
}

}  // namespace vecext
