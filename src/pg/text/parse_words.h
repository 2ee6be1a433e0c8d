// Runs the server's parser and dictionaries on texts of any length.
#pragma once

#include <string_view>

#include "core/token/cjk_bigrams.h"
#include "core/token/text_runs.h"
#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "tsearch/ts_type.h"
#include "tsearch/ts_utils.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

/// How much memory a backend usually takes to keep the lexemes that a configuration makes of
/// tokens, in bytes.
constexpr Size kUsualCacheBytes = Size{8} << 20;

/// What becomes of runs of Han, Kana and Hangul characters. All values except kNone need UTF-8.
enum class Bigrams : uint8 {
  kNone,   // as the parser cuts them
  kPairs,  // bigrams, in queries and for indexes that were built before kPairsAndLast existed
  kPairsAndLast,  // bigrams, and the last character of each run
};

/// How a text becomes words: a configuration, and an option of indexes.
struct TextOptions {
  Oid config;
  /// What becomes of Han, Kana and Hangul characters before the parser sees the text.
  Bigrams bigrams;
  /// How much memory may be used to keep the lexemes that the configuration makes of tokens, in
  /// bytes.
  Size cache_bytes = kUsualCacheBytes;

  bool operator==(const TextOptions&) const = default;
};

/// Returns the options that SQL functions use. Bigrams need UTF-8.
TextOptions text_options(Oid config, bool bigrams);

/// The most bytes of a lexeme that counts as a word. An index page has to hold several words.
constexpr int kLongestLexeme = MAXSTRLEN;

/// A text of more bytes than this is parsed in parts.
constexpr Size kMostParsedAtOnce = Size{4} << 20;

/// Returns the words of a text as parsetext() returns them, in the current memory context. Words
/// that are too long for an index are left out. If several words at a position are equal, only the
/// first of them is returned. It takes some ten times as much memory as the text.
ParsedText parse_at_once(Oid config, std::string_view text);

/// Returns the text with its bigrams, in the current memory context. `bigrams` must not be kNone.
std::string_view with_bigrams(std::string_view text, Bigrams bigrams);

/// Calls visit(const ParsedWord&) for each word of a text, which is parsed part by part. The memory
/// of a part is freed before the next part is parsed. The positions of words are counted from
/// `position` on, through all parts. Returns the last position.
template <class Visit>
int64 parse_in_parts(const TextOptions& options, std::string_view whole, MemoryContext scratch,
                     Visit visit, int64 position = 0) {
  while (!whole.empty()) {
    CHECK_FOR_INTERRUPTS();
    const Size size = place_to_cut(whole, kMostParsedAtOnce);
    MemoryContextReset(scratch);
    const MemoryContext before = MemoryContextSwitchTo(scratch);
    std::string_view part = whole.substr(0, size);
    if (options.bigrams != Bigrams::kNone && has_cjk(part)) {
      part = with_bigrams(part, options.bigrams);
    }
    const ParsedText words = parse_at_once(options.config, part);
    MemoryContextSwitchTo(before);
    for (int i = 0; i < words.curwords; ++i) {
      ParsedWord& word = words.words[i];
      word.pos.pos = static_cast<uint16>(LIMITPOS(position + word.pos.pos));
      visit(word);
    }
    position += words.pos;
    whole.remove_prefix(size);
  }
  MemoryContextReset(scratch);
  return position;
}

/// Raises an ERROR if the encoding of the database is not UTF8. `what` names the feature that needs
/// UTF8.
void check_utf8(const char* what);

}  // namespace vecext::pg
