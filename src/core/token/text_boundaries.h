// Finds where a text in UTF-8 may be cut into chunks: at paragraphs, lines, sentences, words,
// tokens and headings. All functions accept any bytes. Each byte that does not continue a character
// begins one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// What ends at a place. A chunk should end at a place with a greater value.
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

/// Returns where the character that begins at `at` ends. `at` must be before the end of the text.
std::size_t next_character(std::string_view text, std::size_t at);

/// Returns where the character that ends at `at` > 0 begins.
std::size_t previous_character(std::string_view text, std::size_t at);

/// Returns what ends at `at`. A character must begin there.
Boundary boundary_at(std::string_view text, std::size_t at);

/// True if a word, a punctuation mark or a Han, Kana or Hangul character begins at `at`.
bool begins_token(std::string_view text, std::size_t at);

enum class MarkdownLine : std::uint8_t { kBlank, kHeading, kFence, kOther };

/// Returns what the line of Markdown is that begins at `at`.
MarkdownLine markdown_line(std::string_view text, std::size_t at);

}  // namespace vecext
