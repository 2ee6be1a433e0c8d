// What a character means for word boundaries (UAX #29), and for the words of scripts without
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

/// Returns the character that begins at `at`, which is within the text.
ClassedCharacter classed_character(std::string_view text, std::size_t at);

/// True if it is a letter or a digit, as most programming languages define these.
bool is_alphanumeric(std::int32_t code);

bool is_white_space(std::int32_t code);

/// True if it is an emoji without a variation selector behind it.
bool is_emoji_character(std::int32_t code);

}  // namespace vecext
