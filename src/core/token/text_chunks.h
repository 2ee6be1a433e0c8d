// Cuts a text in UTF-8 into chunks that may overlap. The chunks together, each without what it
// shares with the chunk before, are the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/token/text_boundaries.h"

namespace vecext {

enum class SplitStrategy : std::uint8_t {
  kCharacter,  // at any character
  kRecursive,  // at the best boundary that there is: paragraph, line, sentence, word, character
  kSentence,   // at a sentence; a sentence that is too long is cut as by kRecursive
  kToken,      // sizes are in tokens: words, punctuation marks, characters of scripts without
               // blanks
  kMarkdown,   // like kRecursive, but never across a heading, and within code blocks at lines
};

struct SplitOptions {
  SplitStrategy strategy;
  std::int64_t size;     // at least 1: the most characters of a chunk, or tokens for kToken
  std::int64_t overlap;  // 0 <= overlap < size: the most characters or tokens that a chunk shares
                         // with the one before
  /// For kRecursive: strings behind which a chunk may end, the best first, none of them empty. If
  /// there are none, kRecursive cuts at the boundaries that are named above.
  std::span<const std::string_view> separators;
  /// Called from time to time. If it returns true, next() returns as soon as possible; it must
  /// return true until then.
  bool (*is_stopped)() = [] { return false; };
};

/// A chunk: where it begins and ends in bytes, and the number of its first character.
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

  /// Sets `*chunk` to the next chunk, which is not empty. Returns false if there are no more
  /// chunks, or if it was stopped before it found one. In the latter case the next call searches
  /// for the same chunk again.
  bool next(TextChunk* chunk);

 private:
  /// A place in the text, and what is known about the text before it.
  struct Place {
    std::size_t byte = 0;
    std::int64_t character = 0;
    // These are for kMarkdown. They hold after the line that begins at this place.
    char fence = 0;            // the mark of the code block that the place is in
    bool has_content = false;  // true if there is content after the last heading
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
  Place start_;                     // where the next chunk starts
  Place covered_;                   // where the chunk before ends
  std::int64_t shared_tokens_ = 0;  // tokens between start_ and covered_
};

}  // namespace vecext
