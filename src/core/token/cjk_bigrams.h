// Bigrams of scripts that are written without blanks: each run of Han, Kana and Hangul characters
// becomes all pairs of neighboring characters, of whatever of these scripts; a single one stays.
// Each character of a document begins a word of it if the last one of a run is a word, too: so a
// query of one character looks for all words that begin with it.
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

/// How many bytes expand_bigrams() needs at most.
constexpr std::size_t bigrams_bound(std::size_t text_size) {
  // A character of three bytes adds at most itself, its neighbor and a blank.
  return text_size / 3 * 7 + 7;
}

/// What is made of a run of two characters or more.
enum class BigramRun : std::uint8_t {
  kPairs,         // of a query
  kPairsAndLast,  // of a document: the last character follows the pairs
};

/// Writes a valid text in UTF-8 with blanks around each run and between its words to `out`, which
/// has room for bigrams_bound() bytes. Returns the number written.
std::size_t expand_bigrams(std::string_view text, BigramRun made, char* out);

}  // namespace vecext
