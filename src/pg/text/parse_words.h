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

/// How many bytes a backend keeps of what a configuration makes of tokens, in most uses.
constexpr Size kUsualCacheBytes = Size{8} << 20;

/// How runs of Han, Kana and Hangul become words. All values but kNone need UTF-8.
enum class Bigrams : uint8 {
  kNone,          // as the parser cuts them
  kPairs,         // bigrams: in queries, and in indexes that were built before kPairsAndLast
  kPairsAndLast,  // bigrams, and the last character of each run
};

/// How a text becomes words: a configuration, and an option of indexes.
struct TextOptions {
  Oid config;
  /// Bigrams are made before the parser sees the text.
  Bigrams bigrams;
  /// How many bytes are kept of what the configuration makes of tokens.
  Size cache_bytes = kUsualCacheBytes;

  bool operator==(const TextOptions&) const = default;
};

/// Returns the options that SQL functions use. Bigrams need UTF-8.
TextOptions text_options(Oid config, bool bigrams);

/// A longer lexeme does not count as a word, because an index page has to hold several words.
constexpr int kLongestLexeme = MAXSTRLEN;

/// A text of more bytes than this is parsed in parts.
constexpr Size kMostParsedAtOnce = Size{4} << 20;

/// Returns the words of a text in the current memory context, as parsetext() returns them, without
/// words that no index takes. If words at one position are equal, only the first is returned. Takes
/// some ten times the memory of the text.
ParsedText parse_at_once(Oid config, std::string_view text);

/// Returns the text with bigrams, in the current memory context. `bigrams` must not be kNone.
std::string_view with_bigrams(std::string_view text, Bigrams bigrams);

/// Calls visit(const ParsedWord&) for each word of a text, which is parsed in parts. The memory of
/// a part is freed before the next part. Positions count on from `position` through all parts.
/// Returns the last position.
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

/// Raises an ERROR if the encoding of the database is not UTF8. `what` names what needs it.
void check_utf8(const char* what);

}  // namespace vecext::pg
