#include "core/token/cjk_bigrams.h"

#include <algorithm>
#include <iterator>

namespace vecext {

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Ranges of characters in Unicode 15, in ascending order, without their punctuation.
constexpr Range kCjk[] = {
    {0x1100, 0x11FF},    // Hangul Jamo
    {0x2E80, 0x2FD5},    // radicals
    {0x3005, 0x3007},    // iteration mark, closing mark, zero
    {0x3021, 0x3029},    // Hangzhou numerals
    {0x3031, 0x3035},    // Kana repeat marks
    {0x3038, 0x303C},    // numerals, iteration mark, masu mark
    {0x3041, 0x3096},    // Hiragana
    {0x3099, 0x309A},    // voiced sound marks that combine
    {0x309D, 0x309F},    // Hiragana iteration marks
    {0x30A1, 0x30FA},    // Katakana
    {0x30FC, 0x30FF},    // prolonged sound mark, iteration marks
    {0x3131, 0x318E},    // Hangul compatibility Jamo
    {0x31F0, 0x31FF},    // Katakana phonetic extensions
    {0x3400, 0x4DBF},    // Han, extension A
    {0x4E00, 0x9FFF},    // Han
    {0xA960, 0xA97C},    // Hangul Jamo extended A
    {0xAC00, 0xD7A3},    // Hangul syllables
    {0xD7B0, 0xD7FB},    // Hangul Jamo extended B
    {0xF900, 0xFAD9},    // Han, compatibility
    {0xFF66, 0xFF9F},    // Katakana, half width
    {0xFFA0, 0xFFDC},    // Hangul, half width
    {0x1AFF0, 0x1B16F},  // Kana extensions
    {0x20000, 0x323AF},  // Han, extensions B to H, supplement
};

struct Character {
  std::uint32_t code;
  std::size_t size;
};

/// Returns the character of UTF-8 that begins at `at`. A byte that does not begin a character, and
/// a character that is cut off, count as a character of none of these scripts.
Character read(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
  };
  const std::uint32_t lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size > text.size() - at) {
    return {.code = 0, .size = 1};
  }
  switch (size) {
    case 3:
      return {.code = (lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), .size = 3};
    case 4:
      return {.code = (lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
                      (byte(3) & 0x3F),
              .size = 4};
    default:
      return {.code = 0, .size = size};  // none of these scripts has such short characters
  }
}

/// Returns where the run ends to which the character at `at` may belong.
std::size_t end_of_run(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character next = read(text, at);
    if (!is_cjk(next.code)) {
      break;
    }
    at += next.size;
  }
  return at;
}

char* copy(std::string_view bytes, char* out) {
  return std::copy(bytes.begin(), bytes.end(), out);
}

/// Writes the words of a run, with blanks around each. Returns the end of what it has written.
char* write_run(std::string_view run, BigramRun made, char* out) {
  *out++ = ' ';
  std::size_t first = 0;
  std::size_t second = read(run, 0).size;
  const bool is_one = second == run.size();
  while (second < run.size()) {
    const std::size_t end = second + read(run, second).size;
    out = copy(run.substr(first, end - first), out);
    *out++ = ' ';
    first = second;
    second = end;
  }
  if (is_one || made == BigramRun::kPairsAndLast) {
    out = copy(run.substr(first), out);
    *out++ = ' ';
  }
  return out;
}

}  // namespace

bool is_cjk(std::uint32_t character) {
  const Range* range =
      std::lower_bound(std::begin(kCjk), std::end(kCjk), character,
                       [](const Range& known, std::uint32_t code) { return known.last < code; });
  return range != std::end(kCjk) && character >= range->first;
}

bool has_cjk(std::string_view text) {
  constexpr unsigned char kFirstLead = 0xE1;  // the first byte of U+1000
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= kFirstLead && is_cjk(read(text, at).code)) {
      return true;
    }
  }
  return false;
}

bool is_one_cjk(std::string_view text) {
  if (text.empty()) {
    return false;
  }
  const Character only = read(text, 0);
  return only.size == text.size() && is_cjk(only.code);
}

std::size_t expand_bigrams(std::string_view text, BigramRun made, char* out) {
  char* const begin = out;
  for (std::size_t at = 0; at < text.size();) {
    const Character next = read(text, at);
    const std::size_t end = is_cjk(next.code) ? end_of_run(text, at) : at;
    if (end > at) {
      out = write_run(text.substr(at, end - at), made, out);
      at = end;
    } else {
      out = copy(text.substr(at, next.size), out);
      at += next.size;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace vecext
