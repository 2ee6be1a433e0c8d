// Cuts a text into runs which the server's default text search parser can read one by one.
//
// That parser is a state machine. After an ASCII blank, and after most punctuation characters, it
// is always in the same state, unless it is within a tag. This state does not depend on what came
// before. So the tokens of a text are the tokens of its runs. (In PostgreSQL's wparser_def.c these
// are the states `Base` and `InSpace`.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class RunKind : std::uint8_t {
  kWord,   // ASCII letters, digits and non-ASCII bytes; the next byte cannot belong to such a word
  kMixed,  // everything up to the next blank: numbers, hyphens, paths, addresses
  kRest,   // everything up to the end of the text, since it may begin a tag, which may contain
           // blanks
  kSegment,  // a segment of another parser than the server's (segments.h), which is a word at any
             // place
};

struct TextRun {
  std::string_view bytes;
  RunKind kind;
  /// False if the text begins with this run. If true, the parser must see a blank before the run.
  bool follows_blank;

  /// True if the parser finds the same tokens in the run with a blank before it as without one. A
  /// run that may be a path is not of this kind: the parser takes a path for one only at the
  /// beginning of a text.
  bool is_of_any_place() const {
    return kind == RunKind::kSegment || (bytes.front() != '.' && bytes.front() != '~');
  }
};

/// Reads the runs of a text in an encoding whose bytes below 128 are always ASCII.
class TextRuns {
 public:
  explicit TextRuns(std::string_view whole) : text_(whole) {}

  /// Reads the next run. Returns false if there are no more.
  bool next(TextRun* run);

 private:
  bool ends_word(std::size_t at) const;
  bool begins_tag(std::size_t at) const;
  void read_mixed(TextRun* run);

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Returns where to cut a text in two. The first part is not empty and has at most `most` bytes,
/// where `most` >= 4. The second part begins with an ASCII blank if the text can be cut there, and
/// otherwise with a byte that may begin a character of UTF-8.
std::size_t place_to_cut(std::string_view text, std::size_t most);

}  // namespace vecext
