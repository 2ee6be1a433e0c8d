#include "core/token/word_class.h"

#include <array>

// Only the C interface of ICU is used. From version 76 on, ICU's headers for C++ need all of its
// C++ interface.
#define U_SHOW_CPLUSPLUS_API 0
#define U_SHOW_CPLUSPLUS_HEADER_API 0
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace vecext {

namespace {

/// Returns the class that a character has by its script, or `otherwise` if its script does not
/// decide. To the word boundaries of Unicode the character is not a letter, or it is a letter that
/// may be an ideograph.
WordClass class_of_script(UChar32 code, WordClass otherwise) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(code, &status)) {
    case USCRIPT_HAN:
      return WordClass::kIdeograph;
    case USCRIPT_HIRAGANA:
      return WordClass::kHiragana;
    case USCRIPT_HANGUL:
      return otherwise == WordClass::kLetter ? WordClass::kHangul : otherwise;
    default:
      return otherwise;
  }
}

WordClass class_of_other(UChar32 code) {
  if (u_hasBinaryProperty(code, UCHAR_IDEOGRAPHIC)) {
    return WordClass::kIdeograph;
  }
  if (u_getIntPropertyValue(code, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT) {
    return WordClass::kSoutheastAsian;
  }
  if (u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC)) {
    return WordClass::kPictograph;
  }
  return u_isUAlphabetic(code) ? class_of_script(code, WordClass::kOther) : WordClass::kOther;
}

WordClass class_of(UChar32 code) {
  switch (u_getIntPropertyValue(code, UCHAR_WORD_BREAK)) {
    case U_WB_CR:
    case U_WB_LF:
    case U_WB_NEWLINE:
      return WordClass::kNewline;
    case U_WB_EXTEND:
    case U_WB_FORMAT:
      return WordClass::kExtend;
    case U_WB_ZWJ:
      return WordClass::kJoiner;
    case U_WB_ALETTER:
      // All ideographs come after the first Hangul letter.
      return code < 0x1100 ? WordClass::kLetter : class_of_script(code, WordClass::kLetter);
    case U_WB_HEBREW_LETTER:
      return WordClass::kHebrew;
    case U_WB_NUMERIC:
      return WordClass::kNumeric;
    case U_WB_KATAKANA:
      return WordClass::kKatakana;
    case U_WB_EXTENDNUMLET:
      return WordClass::kExtendNumLet;
    case U_WB_MIDLETTER:
      return WordClass::kMidLetter;
    case U_WB_MIDNUM:
      return WordClass::kMidNum;
    case U_WB_MIDNUMLET:
      return WordClass::kMidNumLet;
    case U_WB_SINGLE_QUOTE:
      return WordClass::kSingleQuote;
    case U_WB_DOUBLE_QUOTE:
      return WordClass::kDoubleQuote;
    case U_WB_REGIONAL_INDICATOR:
      return WordClass::kRegionalIndicator;
    default:
      return class_of_other(code);
  }
}

/// Returns the classes of the ASCII characters, in a table, since most texts are mostly ASCII.
constexpr std::array<WordClass, 128> ascii_classes() {
  std::array<WordClass, 128> classes{};
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      classes[c] = WordClass::kLetter;
    } else if (c >= '0' && c <= '9') {
      classes[c] = WordClass::kNumeric;
    }
  }
  for (const char c : {'\n', '\v', '\f', '\r'}) {
    classes[static_cast<std::size_t>(c)] = WordClass::kNewline;
  }
  classes['_'] = WordClass::kExtendNumLet;
  classes[':'] = WordClass::kMidLetter;
  classes[','] = WordClass::kMidNum;
  classes[';'] = WordClass::kMidNum;
  classes['.'] = WordClass::kMidNumLet;
  classes['\''] = WordClass::kSingleQuote;
  classes['"'] = WordClass::kDoubleQuote;
  return classes;
}

constexpr std::array<WordClass, 128> kAscii = ascii_classes();

}  // namespace

ClassedCharacter classed_character(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < kAscii.size()) {
    return {.code = byte, .word_class = kAscii[byte], .end = at + 1};
  }
  UChar32 code;
  std::size_t end = at;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // the macro converts
  U8_NEXT(text.data(), end, text.size(), code);
#pragma GCC diagnostic pop
  return {.code = code, .word_class = code < 0 ? WordClass::kOther : class_of(code), .end = end};
}

bool is_alphanumeric(std::int32_t code) {
  return code >= 0 && (u_isUAlphabetic(code) || (U_GET_GC_MASK(code) & U_GC_N_MASK) != 0);
}

bool is_white_space(std::int32_t code) {
  return code >= 0 && u_isUWhiteSpace(code);
}

bool is_emoji_character(std::int32_t code) {
  // These characters are signs in texts. They are emoji only if a variation selector follows.
  for (const std::int32_t sign : {0xA9, 0xAE, 0x2122, 0x3030, 0x303D}) {
    if (code == sign) {
      return false;
    }
  }
  return u_hasBinaryProperty(code, UCHAR_EMOJI);
}

}  // namespace vecext
