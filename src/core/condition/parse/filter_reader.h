// Reads a filter text token by token, and the paths and values in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/condition/parse/filter_lexer.h"
#include "core/condition/parse/parser.h"

namespace vecext {

/// The base of the parser of filter texts. Its functions return false after a failure.
class FilterReader : public ConditionParser {
 public:
  FilterReader(std::string_view text, const Arena& arena)
      : ConditionParser(arena), text_(text), arena_(arena), lexer_(text) {
    advance();
  }

  /// The next token.
  FilterToken::Kind kind() const { return token_.kind; }
  ParsePlace here() const { return ParsePlace::character(position_); }

  void advance();
  bool accept(FilterToken::Kind kind);
  bool expect(FilterToken::Kind kind, const char* otherwise);
  /// Always false: the grammar does not have the next token here.
  bool unexpected(const char* reason);

  bool path(PayloadPath* path);
  /// A scalar, which may be null.
  bool value(JsonValue* value);

  const Arena& arena() const { return arena_; }

 private:
  bool text(std::string_view* text);
  bool number(JsonValue* value);

  std::string_view text_;
  const Arena& arena_;
  FilterLexer lexer_;
  FilterToken token_;          // the next one
  std::size_t begin_ = 0;      // its first byte
  std::int32_t position_ = 1;  // its first character
};

}  // namespace vecext
