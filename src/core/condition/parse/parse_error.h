// Why a filter is not valid, and where.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

enum class ParseErrorCode : std::uint8_t {
  kNone,
  kMalformed,  // a request that the grammar does not have
  kSyntax,     // of a filter text
  kTooLarge,   // beyond the limits of condition.h
  kOutOfMemory,
};

/// What a parser of filters returns. `reason` is a phrase for an error's message, in lower case and
/// without a period; the SQLSTATE is chosen by the code.
struct [[nodiscard]] ParseError {
  ParseErrorCode code = ParseErrorCode::kNone;
  const char* reason = nullptr;  // static
  std::string_view found;        // the key, operator or token at fault; may be empty
  std::string_view meant;        // JSON: the word that `found` may be; empty: none is near
  std::string_view path;         // JSON: where, as must[0].match; lives in the parser's arena
  std::int32_t position = 0;     // text: the character at fault, from 1

  bool ok() const { return code == ParseErrorCode::kNone; }
};

}  // namespace vecext
