// A text in UTF-8 cut into words and what is between them, by rules that ask no dictionary and look
// at no language. Properties of characters are those of ICU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class Segmentation : std::uint8_t {
  /// Word boundaries of Unicode (UAX #29). Scripts without blanks between words: a Han or Hiragana
  /// character is a word, and so is a run of a script of Southeast Asia.
  kStandard,
  kWord,        // runs of letters and digits
  kWhitespace,  // runs of anything but white space
};

enum class SegmentKind : std::uint8_t {
  kBetween,  // no word
  kWord,     // the only kind of word that kWord and kWhitespace know
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

/// Reads the segments of a text, which are all of it. Each word is one segment by itself, too.
/// A word has only bytes that make characters.
class Segments {
 public:
  Segments(std::string_view whole, Segmentation how) : text_(whole), how_(how) {}

  /// Gets the next segment; false after the last.
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
