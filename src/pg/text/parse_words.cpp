#include "pg/text/parse_words.h"

#include "pg/sys/memory.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace vecext::pg {

namespace {

/// True if one of the words from number `first` on equals `word`. All of them must have the
/// position of `word`.
bool is_repeated(const ParsedText& words, int first, const ParsedWord& word) {
  for (int i = first; i < words.curwords; ++i) {
    if (words.words[i].len == word.len && memcmp(words.words[i].word, word.word, word.len) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

TextOptions text_options(Oid config, bool bigrams) {
  if (bigrams) {
    check_utf8("bigrams need");
  }
  return {.config = config, .bigrams = bigrams ? Bigrams::kPairsAndLast : Bigrams::kNone};
}

ParsedText parse_at_once(Oid config, std::string_view whole) {
  ParsedText words{};
  words.lenwords = static_cast<int32>(whole.size() / 6 + 4);
  words.words = palloc_array<ParsedWord>(words.lenwords);
  parsetext(config, &words, const_cast<char*>(whole.data()), static_cast<int32>(whole.size()));
  const int parsed = words.curwords;
  words.curwords = 0;
  int first = 0;  // number of the first of the kept words at the present position
  for (int i = 0; i < parsed; ++i) {
    const ParsedWord word = words.words[i];
    // All positions from the last one that is counted on have the same number, so equal numbers say
    // nothing there.
    if (words.curwords == 0 || words.words[words.curwords - 1].pos.pos != word.pos.pos ||
        word.pos.pos >= MAXENTRYPOS - 1) {
      first = words.curwords;
    }
    if (word.len > 0 && word.len <= kLongestLexeme && !is_repeated(words, first, word)) {
      words.words[words.curwords++] = word;
    }
  }
  return words;
}

std::string_view with_bigrams(std::string_view whole, Bigrams bigrams) {
  const BigramRun made =
      bigrams == Bigrams::kPairsAndLast ? BigramRun::kPairsAndLast : BigramRun::kPairs;
  auto* expanded = huge_array<char>(bigrams_bound(whole.size()));
  return {expanded, expand_bigrams(whole, made, expanded)};
}

void check_utf8(const char* what) {
  if (GetDatabaseEncoding() != PG_UTF8) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("%s a database in UTF8", what),
                    errdetail("The encoding of this database is %s.", GetDatabaseEncodingName())));
  }
}

}  // namespace vecext::pg
