// Cuts a text in UTF-8 into words and what is between them, by rules that need no dictionary and do
// not depend on the language. Properties of characters come from ICU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class Segmentation : std::uint8_t {
  /// Word boundaries of Unicode (UAX #29). In scripts that have no blanks between words, each Han
  /// or Hiragana character is a word, and so is each run of a script of Southeast Asia.
  kStandard,
  kWord,        // runs of letters and digits
  kWhitespace,  // runs of characters that are not white space
};

enum class SegmentKind : std::uint8_t {
  kBetween,  // not a word
  kWord,     // a word; with Segmentation::kWord and kWhitespace, all words are of this kind
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

/// Reads the segments of a text, which together are the whole text. If the text is one of these
/// words alone, it is again one segment. All bytes of a word belong to characters.
class Segments {
 public:
  Segments(std::string_view whole, Segmentation how) : text_(whole), how_(how) {}

  /// Reads the next segment. Returns false after the last one.
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
