// The tokens of a filter text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

struct FilterToken {
  enum class Kind : std::uint8_t {
    kEnd,
    kPath,    // a.b[0]."c d"; parse_path() says if its form is right
    kText,    // 'text'; a quote within it is doubled
    kNumber,  // -12, 0.5, 1e6
    kOpen,
    kClose,
    kComma,
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kAnd,  // this keyword and the following ones, in upper or lower case
    kOr,
    kNot,
    kIn,
    kContains,
    kTrue,
    kFalse,
    kNull,
    kFault,  // not a token: `fault` says why
  };
  Kind kind = Kind::kEnd;
  std::string_view source;  // its characters in the filter text
  const char* fault = nullptr;
};

/// Splits a filter text into tokens. A keyword that is meant as a path must be quoted: "in" = 1.
class FilterLexer {
 public:
  explicit FilterLexer(std::string_view text) : text_(text) {}

  /// Returns the next token. At the end of the text, and after it, the token is kEnd. Do not call
  /// it again after a kFault.
  FilterToken next();

 private:
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  FilterToken token(FilterToken::Kind kind, std::size_t end);
  FilterToken fault(const char* reason, std::size_t end);
  std::size_t end_of_quoted(std::size_t i) const;
  std::size_t end_of_brackets(std::size_t i) const;
  FilterToken text();
  FilterToken number();
  FilterToken path();
  FilterToken comparison();

  std::string_view text_;
  std::size_t begin_ = 0;  // where the token begins while it is being read; afterwards where it
                           // ends
};

}  // namespace vecext
