// Why a filter is not valid, and where.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

enum class ParseErrorCode : std::uint8_t {
  kNone,
  kMalformed,  // the grammar does not allow what the request has
  kSyntax,     // a filter text has a wrong form
  kTooLarge,   // the filter exceeds the limits of condition.h
  kOutOfMemory,
};

/// What a parser of filters returns. `reason` is a phrase for the message of an error, in lower
/// case and without a period. `code` decides the SQLSTATE.
struct [[nodiscard]] ParseError {
  ParseErrorCode code = ParseErrorCode::kNone;
  const char* reason = nullptr;  // static
  std::string_view found;        // the key, operator or token at fault; may be empty
  std::string_view meant;  // for JSON: the known word that `found` may mean; empty if none is near
  std::string_view path;   // for JSON: the place of the fault, such as must[0].match; it lives in
                           // the parser's arena
  std::int32_t position = 0;  // for a text: the number of the character at fault, from 1

  bool ok() const { return code == ParseErrorCode::kNone; }
};

}  // namespace vecext
