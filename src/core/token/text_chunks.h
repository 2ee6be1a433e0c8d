// Cuts a text in UTF-8 into chunks that may overlap. If each chunk is left without what it shares
// with the one before, together they are the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/token/text_boundaries.h"

namespace vecext {

enum class SplitStrategy : std::uint8_t {
  kCharacter,  // at any character
  kRecursive,  // at the best boundary available: paragraph, line, sentence, word, character
  kSentence,   // at a sentence; a sentence that is too long is cut as by kRecursive
  kToken,      // sizes are in tokens: words, punctuation marks, characters of scripts without
               // blanks
  kMarkdown,   // like kRecursive, but never across a heading, and within code blocks at lines
};

struct SplitOptions {
  SplitStrategy strategy;
  std::int64_t size;     // >= 1: most characters of a chunk, or tokens
  std::int64_t overlap;  // 0 <= overlap < size: the most that a chunk shares with the one before
  /// For kRecursive: separators, the best first, none of them empty; a chunk ends behind one. If
  /// there are none, kRecursive takes the boundaries named there.
  std::span<const std::string_view> separators;
  /// Called from time to time; if it returns true, next() returns. It goes on returning true until
  /// then.
  bool (*is_stopped)() = [] { return false; };
};

/// A chunk begins and ends at these bytes; first_character counts characters.
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

  /// Sets *chunk to the next chunk, which is not empty. Returns false if there is none, or if it
  /// was stopped before finding it; the next call then searches for it again.
  bool next(TextChunk* chunk);

 private:
  /// A place in the text, and what is known about the text before it.
  struct Place {
    std::size_t byte = 0;
    std::int64_t character = 0;
    // These are for kMarkdown, after the line that begins here.
    char fence = 0;            // the mark of the code block that the place is in
    bool has_content = false;  // there is content since the heading
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
  Place start_;                     // where the chunk starts
  Place covered_;                   // where the chunk before ends
  std::int64_t shared_tokens_ = 0;  // tokens between start_ and covered_
};

}  // namespace vecext
