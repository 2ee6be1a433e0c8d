// Cuts a text into runs that the server's default text search parser may read one by one.
//
// That parser is a state machine. After an ASCII blank, and after most punctuation characters, it
// is in the same state as after any space symbol, whatever came before, unless it is within a tag.
// So the tokens of a text are those of its runs. (PostgreSQL's wparser_def.c: the states `Base` and
// `InSpace`.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

enum class RunKind : std::uint8_t {
  kWord,     // ASCII letters, digits and non-ASCII bytes; a byte follows that cannot belong to them
  kMixed,    // everything up to the next blank: numbers, hyphens, paths, addresses
  kRest,     // everything up to the end of the text: it may begin a tag, which may contain blanks
  kSegment,  // from another parser than the server's (segments.h): a word wherever it stands
};

struct TextRun {
  std::string_view bytes;
  RunKind kind;
  /// If false, the text begins with this run. Otherwise the parser must see a blank before it.
  bool follows_blank;

  /// True if the parser finds the same tokens with a blank before the run as without. A path counts
  /// as one only at the beginning of a text.
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

/// Returns where to cut a text so that its first part has at most `most` >= 4 bytes, but is not
/// empty. It is before an ASCII blank if there is one, so that the second part begins with the
/// blank; otherwise before a byte that may begin a character of UTF-8.
std::size_t place_to_cut(std::string_view text, std::size_t most);

}  // namespace vecext
