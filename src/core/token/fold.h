// Gives one form to words that are written differently and mean the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vecext {

struct FoldOptions {
  bool lowercase;  // case-folds letters by Unicode: "ß" becomes "ss"
  bool ascii;      // turns Latin letters into letters of ASCII: "é" becomes "e", "ø" becomes "o"
};

/// The greatest length of a word that can be folded, and room for any result, in bytes.
inline constexpr std::size_t kLongestFolded = 2047;
inline constexpr std::size_t kFoldedRoom = 3 * 4096;

enum class FoldResult : std::uint8_t {
  kOk,
  kTooLong,  // the word or its result is too long
  kNoRules,  // ICU does not have its data, or memory has run out
};

/// Folds a word in UTF-8. NFKC gives one form to characters that differ only in width or in another
/// way that Unicode calls compatibility. `options` says what else is folded. Writes to `out`, which
/// has kFoldedRoom bytes, and sets `*folded` to the result. It is empty if the word has only
/// invisible characters.
FoldResult fold(std::string_view word, const FoldOptions& options, std::span<char> out,
                std::string_view* folded);

}  // namespace vecext
