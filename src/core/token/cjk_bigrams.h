// Bigrams for scripts that are written without blanks. A run of Han, Kana and Hangul characters
// becomes all pairs of its neighboring characters, which may belong to different scripts. A run of
// a single character stays as it is. In documents, the last character of a run may become a word as
// well. Each character of the document is then the beginning of a word, so that a query for one
// character can search for all words that begin with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// True if a character is a Han, Kana or Hangul character.
bool is_cjk(std::uint32_t character);

/// True if a text in UTF-8 has a Han, Kana or Hangul character.
bool has_cjk(std::string_view text);

/// True if a text in UTF-8 is a single character, and that is a Han, Kana or Hangul character.
bool is_one_cjk(std::string_view text);

/// Returns how many bytes expand_bigrams() writes at most for a text of that size.
constexpr std::size_t bigrams_bound(std::size_t text_size) {
  // A character of three bytes adds at most itself, its neighbor and a blank.
  return text_size / 3 * 7 + 7;
}

/// What a run of two or more characters becomes: its pairs, and perhaps its last character.
enum class BigramRun : std::uint8_t {
  kPairs,         // for a query
  kPairsAndLast,  // for a document: the last character follows the pairs
};

/// Writes a text in valid UTF-8 to `out`, in which the runs are replaced by their words, with
/// blanks around each run and between its words. `out` has room for bigrams_bound() bytes. Returns
/// how many bytes it has written.
std::size_t expand_bigrams(std::string_view text, BigramRun made, char* out);

}  // namespace vecext
