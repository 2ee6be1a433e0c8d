// Words that are written differently, and mean the same: as one form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vecext {

struct FoldOptions {
  bool lowercase;  // letters by the case folding of Unicode: "ß" becomes "ss"
  bool ascii;      // letters of the Latin script as those of ASCII: "é" becomes "e", "ø" "o"
};

/// The longest word that is folded, and the longest that becomes of one, in bytes.
inline constexpr std::size_t kLongestFolded = 2047;
inline constexpr std::size_t kFoldedRoom = 3 * 4096;

enum class FoldResult : std::uint8_t {
  kOk,
  kTooLong,  // the word, or what becomes of it
  kNoRules,  // ICU does not have its data, or no memory
};

/// Folds a word in UTF-8: widths and other forms of compatibility by NFKC (half and full width
/// become one), and what the options say. Writes to `out`, which has kFoldedRoom bytes, and sets
/// `folded` to what lies there: nothing if it was characters that are not seen.
FoldResult fold(std::string_view word, const FoldOptions& options, std::span<char> out,
                std::string_view* folded);

}  // namespace vecext
