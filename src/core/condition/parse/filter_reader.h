// Reads a filter text token by token, and the paths and values in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/condition/parse/filter_lexer.h"
#include "core/condition/parse/parser.h"

namespace vecext {

/// The base of the parser of filter texts. A function that fails returns false.
class FilterReader : public ConditionParser {
 public:
  FilterReader(std::string_view text, const Arena& arena)
      : ConditionParser(arena), text_(text), arena_(arena), lexer_(text) {
    advance();
  }

  /// Returns the kind of the next token.
  FilterToken::Kind kind() const { return token_.kind; }
  ParsePlace here() const { return ParsePlace::character(position_); }

  void advance();
  bool accept(FilterToken::Kind kind);
  bool expect(FilterToken::Kind kind, const char* otherwise);
  /// Fails with `reason`, because the grammar does not allow the next token here. Returns false.
  bool unexpected(const char* reason);

  bool path(PayloadPath* path);
  /// Reads a scalar, which may be null.
  bool value(JsonValue* value);

  const Arena& arena() const { return arena_; }

 private:
  bool text(std::string_view* text);
  bool number(JsonValue* value);

  std::string_view text_;
  const Arena& arena_;
  FilterLexer lexer_;
  FilterToken token_;          // the next token
  std::size_t begin_ = 0;      // where the next token begins, in bytes
  std::int32_t position_ = 1;  // where the next token begins, in characters from 1
};

}  // namespace vecext
