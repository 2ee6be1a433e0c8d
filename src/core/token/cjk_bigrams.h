// Bigrams of scripts that are written without blanks: each run of Han, Kana and Hangul characters
// becomes all pairs of neighboring characters, whichever of these scripts they belong to; a single
// character stays. If the last character of a run is a word, too, each character of a document
// begins one of its words: so a query of one character searches for all words that begin with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// True if a character belongs to such a run.
bool is_cjk(std::uint32_t character);

/// True if a text in UTF-8 has such a character.
bool has_cjk(std::string_view text);

/// True if a text in UTF-8 is one such character.
bool is_one_cjk(std::string_view text);

/// Returns how many bytes expand_bigrams() needs at most.
constexpr std::size_t bigrams_bound(std::size_t text_size) {
  // A character of three bytes adds at most itself, its neighbor and a blank.
  return text_size / 3 * 7 + 7;
}

/// What a run of two or more characters becomes.
enum class BigramRun : std::uint8_t {
  kPairs,         // for a query
  kPairsAndLast,  // for a document: the last character follows the pairs
};

/// Writes a valid text in UTF-8 to `out`, with blanks around each run and between its words. `out`
/// has room for bigrams_bound() bytes. Returns how many were written.
std::size_t expand_bigrams(std::string_view text, BigramRun made, char* out);

}  // namespace vecext
