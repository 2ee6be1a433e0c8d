// Where a text in UTF-8 may end a chunk: at paragraphs, lines, sentences, words, tokens, headings.
// All functions accept any bytes; a character begins at each byte that does not continue one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// What ends at a place. The larger ones are better ends of a chunk.
enum class Boundary : std::uint8_t {
  kCharacter,
  kWordEnd,   // before blanks
  kWord,      // before a word and behind blanks, or beside a Han, Kana or Hangul character
  kSentence,  // before a sentence
  kLine,
  kParagraph,  // behind an empty line
};
inline constexpr std::size_t kBoundaries = 6;

inline bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

inline bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Returns the place behind the character that begins at `at`, which is before the end.
std::size_t next_character(std::string_view text, std::size_t at);

/// Returns where the character before `at` > 0 begins.
std::size_t previous_character(std::string_view text, std::size_t at);

/// Returns what ends at `at`, which is within the text and begins a character.
Boundary boundary_at(std::string_view text, std::size_t at);

/// True if a word, a punctuation mark or a Han, Kana or Hangul character begins at `at`.
bool begins_token(std::string_view text, std::size_t at);

enum class MarkdownLine : std::uint8_t { kBlank, kHeading, kFence, kOther };

/// Returns what the line of Markdown is that begins at `at`.
MarkdownLine markdown_line(std::string_view text, std::size_t at);

}  // namespace vecext
