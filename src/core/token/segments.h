// Cuts a text in UTF-8 into words and what is between them, by rules that need no dictionary and do
// not depend on the language. Properties of characters come from ICU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class Segmentation : std::uint8_t {
  /// Word boundaries of Unicode (UAX #29). In scripts without blanks between words, a Han or
  /// Hiragana character is a word, and so is a run of a script of Southeast Asia.
  kStandard,
  kWord,        // runs of letters and digits
  kWhitespace,  // runs of characters that are not white space
};

enum class SegmentKind : std::uint8_t {
  kBetween,  // not a word
  kWord,     // the only kind of word in kWord and kWhitespace
  kNumber,
  kIdeograph,
  kHiragana,
  kKatakana,
  kHangul,
  kSoutheastAsian,
  kEmoji,
};

struct Segment {
  std::string_view bytes;  // not empty
  SegmentKind kind;
};

/// Reads the segments of a text, which together are the whole text. A word that is cut alone is one
/// segment, too. A word has only bytes that make characters.
class Segments {
 public:
  Segments(std::string_view whole, Segmentation how) : text_(whole), how_(how) {}

  /// Reads the next segment. Returns false after the last.
  bool next(Segment* segment);

 private:
  SegmentKind read_standard();
  SegmentKind read_word();
  SegmentKind read_printed();

  std::string_view text_;
  Segmentation how_;
  std::size_t at_ = 0;
};

}  // namespace vecext
