// The class of a character, which decides where words end (UAX #29), also in scripts without
// blanks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class WordClass : std::uint8_t {
  kOther,
  kNewline,  // CR, LF, Newline
  kExtend,   // Extend, Format: belongs to the character before it
  kJoiner,   // the zero width joiner, which also belongs to the character before it
  kLetter,
  kHangul,  // letters, too
  kHebrew,  // letters, too
  kNumeric,
  kKatakana,
  kExtendNumLet,
  kMidLetter,
  kMidNum,
  kMidNumLet,
  kSingleQuote,
  kDoubleQuote,
  kRegionalIndicator,
  kIdeograph,
  kHiragana,
  kSoutheastAsian,
  kPictograph,  // may be an emoji
};

/// A character of a text in UTF-8, with its class.
struct ClassedCharacter {
  std::int32_t code;  // negative for a byte that does not belong to a character
  WordClass word_class;
  std::size_t end;  // where its bytes end in the text
};

/// Returns the character that begins at `at`, which must be before the end of the text.
ClassedCharacter classed_character(std::string_view text, std::size_t at);

/// True if a character is a letter or a digit, as most programming languages define these.
bool is_alphanumeric(std::int32_t code);

bool is_white_space(std::int32_t code);

/// True if a character is an emoji even without a variation selector after it.
bool is_emoji_character(std::int32_t code);

}  // namespace vecext
