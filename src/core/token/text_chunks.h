// A text in UTF-8 cut into chunks that may overlap. Chunks without what they share with the one
// before make the text again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/token/text_boundaries.h"

namespace vecext {

enum class SplitStrategy : std::uint8_t {
  kCharacter,  // at any character
  kRecursive,  // at the best boundary there is: paragraph, line, sentence, word, character
  kSentence,   // at a sentence; if it is too long, as kRecursive
  kToken,      // sizes are those of tokens: words, punctuation marks, characters without blanks
  kMarkdown,   // as kRecursive, but never across a heading, and in code blocks at lines
};

struct SplitOptions {
  SplitStrategy strategy;
  std::int64_t size;     // >= 1: characters of a chunk, or tokens, at most
  std::int64_t overlap;  // 0 <= overlap < size: that it shares with the one before, at most
  /// For kRecursive: the best first, none of them empty; a chunk ends behind one. If there are
  /// none, the boundaries named there.
  std::span<const std::string_view> separators;
  /// Asked from time to time: true makes next() return. Once true it is so until then.
  bool (*is_stopped)() = [] { return false; };
};

/// From begin to end, in bytes and in characters.
struct TextChunk {
  std::size_t begin;
  std::size_t end;
  std::int64_t first_character;
  std::int64_t end_character;
};

class TextChunks {
 public:
  TextChunks(std::string_view whole, const SplitOptions& options);

  /// True if there are no more chunks.
  bool is_done() const { return covered_.byte == text_.size(); }

  /// The next chunk, which is not empty; false: there is none, or it was stopped before that, and
  /// looks for it again when called again.
  bool next(TextChunk* chunk);

 private:
  /// A place in the text, and what is known of what precedes it.
  struct Place {
    std::size_t byte = 0;
    std::int64_t character = 0;
    // For kMarkdown, after the line that begins here.
    char fence = 0;            // the mark of the code block that it is in
    bool has_content = false;  // since the heading
  };

  bool stops_at(const Place& place) const;
  std::size_t levels() const;
  std::size_t level_at(const Place& place) const;
  void step(Place* place) const;
  void step_back(Place* place) const;
  bool enter_line(Place* place) const;
  Place end_of_tokens() const;
  Place end_of_chunk(bool* is_heading) const;
  Place start_by_tokens(const Place& end);
  Place start_of_next(const Place& end) const;

  std::string_view text_;
  SplitOptions options_;
  Place start_;                     // of the chunk
  Place covered_;                   // the end of the chunk before
  std::int64_t shared_tokens_ = 0;  // between them
};

}  // namespace vecext
