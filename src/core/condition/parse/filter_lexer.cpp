#include "core/condition/parse/filter_lexer.h"

#include <algorithm>

namespace vecext {

namespace {

using Kind = FilterToken::Kind;

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

/// True if a key without quotes may begin with this character. All characters beyond ASCII are such
/// characters.
bool begins_key(char c) {
  return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_key(char c) {
  return begins_key(c) || is_digit(c) || c == '-';
}

struct Keyword {
  std::string_view name;
  Kind kind;
};

constexpr Keyword kKeywords[] = {
    {"and", Kind::kAnd},           {"or", Kind::kOr},
    {"not", Kind::kNot},           {"in", Kind::kIn},
    {"true", Kind::kTrue},         {"false", Kind::kFalse},
    {"contains", Kind::kContains}, {"null", Kind::kNull},
};

constexpr Keyword kComparisons[] = {
    {"=", Kind::kEqual},        {"!=", Kind::kNotEqual}, {"<", Kind::kLess},
    {"<=", Kind::kLessOrEqual}, {">", Kind::kGreater},   {">=", Kind::kGreaterOrEqual},
};

bool is_keyword(std::string_view word, std::string_view name) {
  return std::equal(word.begin(), word.end(), name.begin(), name.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool is_in_comparison(char c) {
  return c == '=' || c == '!' || c == '<' || c == '>';
}

}  // namespace

FilterToken FilterLexer::token(Kind kind, std::size_t end) {
  const std::string_view source = text_.substr(begin_, end - begin_);
  begin_ = end;
  return {.kind = kind, .source = source};
}

FilterToken FilterLexer::fault(const char* reason, std::size_t end) {
  FilterToken result = token(Kind::kFault, end);
  result.fault = reason;
  return result;
}

FilterToken FilterLexer::next() {
  while (begin_ < text_.size() && is_blank(text_[begin_])) {
    ++begin_;
  }
  if (begin_ == text_.size()) {
    return token(Kind::kEnd, begin_);
  }
  const char c = text_[begin_];
  switch (c) {
    case '(':
      return token(Kind::kOpen, begin_ + 1);
    case ')':
      return token(Kind::kClose, begin_ + 1);
    case ',':
      return token(Kind::kComma, begin_ + 1);
    case '\'':
      return text();
    default:
      break;
  }
  if (is_in_comparison(c)) {
    return comparison();
  }
  if (is_digit(c) || (c == '-' && is_digit(at(begin_ + 1)))) {
    return number();
  }
  if (begins_key(c) || c == '"') {
    return path();
  }
  return fault("unexpected character", begin_ + 1);
}

/// Returns the place after the quoted text that begins at `i`, in which a quote is written twice.
/// Returns npos if no quote ends it.
std::size_t FilterLexer::end_of_quoted(std::size_t i) const {
  const char quote = text_[i];
  do {
    i = text_.find(quote, i + 1);
    if (i == std::string_view::npos) {
      return i;
    }
    ++i;
  } while (at(i) == quote);
  return i;
}

FilterToken FilterLexer::text() {
  const std::size_t end = end_of_quoted(begin_);
  return end == std::string_view::npos ? fault("text without a closing quote", text_.size())
                                       : token(Kind::kText, end);
}

FilterToken FilterLexer::number() {
  std::size_t end = begin_ + 1;
  const auto skip_digits = [&] {
    while (is_digit(at(end))) {
      ++end;
    }
  };
  skip_digits();
  if (at(end) == '.' && is_digit(at(end + 1))) {
    ++end;
    skip_digits();
  }
  if (lower(at(end)) == 'e') {
    const std::size_t sign = at(end + 1) == '-' || at(end + 1) == '+' ? 1 : 0;
    if (is_digit(at(end + 1 + sign))) {
      end += 1 + sign;
      skip_digits();
    }
  }
  const std::size_t read = end;
  while (is_in_key(at(end)) || at(end) == '.') {
    ++end;
  }
  return end == read ? token(Kind::kNumber, end) : fault("malformed number", end);
}

/// Returns the place after all [0] and [] that follow each other from `i` on, or `i` if there are
/// none.
std::size_t FilterLexer::end_of_brackets(std::size_t i) const {
  while (at(i) == '[') {
    do {
      ++i;
    } while (is_digit(at(i)));
    i += at(i) == ']' ? 1 : 0;
  }
  return i;
}

FilterToken FilterLexer::path() {
  std::size_t end = begin_;
  for (;;) {
    if (at(end) == '"') {
      end = end_of_quoted(end);
      if (end == std::string_view::npos) {
        return fault("key without a closing quote", text_.size());
      }
    } else {
      while (is_in_key(at(end))) {
        ++end;
      }
    }
    end = end_of_brackets(end);
    if (at(end) != '.') {
      break;
    }
    ++end;
  }
  for (const Keyword& keyword : kKeywords) {
    if (is_keyword(text_.substr(begin_, end - begin_), keyword.name)) {
      return token(keyword.kind, end);
    }
  }
  return token(Kind::kPath, end);
}

FilterToken FilterLexer::comparison() {
  std::size_t end = begin_;
  while (is_in_comparison(at(end))) {
    ++end;
  }
  for (const Keyword& comparison : kComparisons) {
    if (text_.substr(begin_, end - begin_) == comparison.name) {
      return token(comparison.kind, end);
    }
  }
  return fault("unknown operator", end);
}

}  // namespace vecext
