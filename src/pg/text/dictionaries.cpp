// Templates of dictionaries that neither the server nor its extensions have. Configurations need
// them to read texts as other search engines do.
#include <algorithm>

#include "core/token/fold.h"
#include "pg/sys/memory.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "commands/defrem.h"
#include "mb/pg_wchar.h"
#include "tsearch/ts_public.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// Returns the word for which the server calls a dictionary.
std::string_view word_of(FunctionCallInfo fcinfo) {
  return {reinterpret_cast<const char*>(PG_GETARG_POINTER(1)),
          static_cast<Size>(PG_GETARG_INT32(2))};
}

/// Returns a list with room for `count` lexemes, which the caller sets. A list that has no lexemes
/// makes the word a stop word.
TSLexeme* new_lexemes(int count) {
  return palloc0_array<TSLexeme>(count + 1);
}

[[noreturn]] void refuse(const char* name, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("unrecognized dictionary parameter: \"%s\"", name), errhint("%s", hint)));
}

/// Calls visit(parameter) for each parameter with which a dictionary is created. Raises an error if
/// a parameter is given twice, as the server's templates do.
template <class Visit>
void each_parameter(FunctionCallInfo fcinfo, const Visit& visit) {
  const auto* parameters = reinterpret_cast<const List*>(PG_GETARG_POINTER(0));
  for (int i = 0; i < list_length(parameters); ++i) {
    auto* parameter = list_nth_node(DefElem, parameters, i);
    for (int before = 0; before < i; ++before) {
      if (strcmp(list_nth_node(DefElem, parameters, before)->defname, parameter->defname) == 0) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("multiple parameters \"%s\"", parameter->defname)));
      }
    }
    visit(parameter);
  }
}

// --- fold ----------------------------------------------------------------------------------------

struct FoldDictionary {
  FoldOptions options;
  bool accepts;  // true if later dictionaries do not get the word
};

[[noreturn]] void raise_no_rules() {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("the ICU library lacks the data that words are folded by")));
}

// --- length, ngram, edge_ngram -------------------------------------------------------------------

struct Lengths {
  int least;
  int most;
};

/// The most characters of a gram, and the most characters of a word from which all grams are made.
/// There is a gram for each place and each length.
constexpr int kLongestGram = 32;
constexpr int kLongestGrammed = 255;

/// Returns the value of a parameter that is a number of characters, from 1 to `most`. Raises an
/// error if it is not.
int length_of(DefElem* parameter, int most) {
  const int32 length = pg_strtoint32(defGetString(parameter));
  if (length < 1 || length > most) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("parameter \"%s\" is not from 1 to %d", parameter->defname, most)));
  }
  return length;
}

Lengths* lengths_of(FunctionCallInfo fcinfo, Lengths lengths, int most) {
  each_parameter(fcinfo, [&](DefElem* parameter) {
    if (strcmp(parameter->defname, "minlen") == 0) {
      lengths.least = length_of(parameter, most);
    } else if (strcmp(parameter->defname, "maxlen") == 0) {
      lengths.most = length_of(parameter, most);
    } else {
      refuse(parameter->defname, "Parameters are MinLen and MaxLen.");
    }
  });
  if (lengths.least > lengths.most) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("parameter \"minlen\" is greater than \"maxlen\"")));
  }
  return palloc_object<Lengths>(lengths);
}

/// A word of at most kLongestGrammed characters.
struct Characters {
  std::string_view word;
  int count;
  int ends[kLongestGrammed + 1];  // ends[i] is where the first i characters end, in bytes

  char* copy(int first, int length) const {
    return pnstrdup(word.data() + ends[first],
                    static_cast<Size>(ends[first + length] - ends[first]));
  }
};

/// Finds the characters of a word. Returns false if the word is too long.
bool find_characters(std::string_view word, Characters* found) {
  found->word = word;
  found->count = 0;
  found->ends[0] = 0;
  for (Size at = 0; at < word.size();) {
    if (found->count == kLongestGrammed) {
      return false;
    }
    at += Min(static_cast<Size>(pg_mblen(word.data() + at)), word.size() - at);
    found->ends[++found->count] = static_cast<int>(at);
  }
  return true;
}

/// Returns those grams of a word that begin at one of its first `most_places` characters.
TSLexeme* grams_of(FunctionCallInfo fcinfo, int most_places) {
  const auto* lengths = reinterpret_cast<const Lengths*>(PG_GETARG_POINTER(0));
  Characters word;
  if (!find_characters(word_of(fcinfo), &word) || word.count < lengths->least) {
    return new_lexemes(0);
  }
  const int places = Min(word.count - lengths->least + 1, most_places);
  const int sizes = Min(lengths->most, word.count) - lengths->least + 1;
  TSLexeme* grams = new_lexemes(places * sizes);
  int count = 0;
  for (int first = 0; first < places; ++first) {
    for (int size = lengths->least; size <= lengths->most && first + size <= word.count; ++size) {
      grams[count++].lexeme = word.copy(first, size);
    }
  }
  return grams;
}

// --- stop ----------------------------------------------------------------------------------------

/// Words that are left out, in the order of their bytes.
struct StopWords {
  std::string_view* words;
  int count;
};

/// Reads words with white space between them.
StopWords read_stop_words(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  // There is a space between two words.
  StopWords stop{palloc_array<std::string_view>(text.size() / 2 + 1), 0};
  for (Size at = text.find_first_not_of(kSpace); at < text.size();
       at = text.find_first_not_of(kSpace, at)) {
    const Size end = std::min(text.find_first_of(kSpace, at), text.size());
    stop.words[stop.count++] = text.substr(at, end - at);
    at = end;
  }
  std::sort(stop.words, stop.words + stop.count);
  return stop;
}

}  // namespace

VECEXT_FUNCTION(vecext_fold_init)
{
  auto* dictionary = palloc_object<FoldDictionary>(
      FoldDictionary{.options = {.lowercase = true, .ascii = false}, .accepts = false});
  each_parameter(fcinfo, [&](DefElem* parameter) {
    if (strcmp(parameter->defname, "lowercase") == 0) {
      dictionary->options.lowercase = defGetBoolean(parameter);
    } else if (strcmp(parameter->defname, "ascii") == 0) {
      dictionary->options.ascii = defGetBoolean(parameter);
    } else if (strcmp(parameter->defname, "accept") == 0) {
      dictionary->accepts = defGetBoolean(parameter);
    } else {
      refuse(parameter->defname, "Parameters are Lowercase, Ascii and Accept.");
    }
  });
  PG_RETURN_POINTER(dictionary);
}

VECEXT_FUNCTION(vecext_fold_lexize)
{
  check_utf8("a dictionary of template \"fold\" needs");
  const auto* dictionary = reinterpret_cast<const FoldDictionary*>(PG_GETARG_POINTER(0));
  char out[kFoldedRoom];
  std::string_view folded;
  const FoldResult result = fold(word_of(fcinfo), dictionary->options, out, &folded);
  if (result == FoldResult::kNoRules) {
    raise_no_rules();
  }
  if (result == FoldResult::kTooLong || folded.empty()) {
    PG_RETURN_POINTER(new_lexemes(0));
  }
  TSLexeme* lexemes = new_lexemes(1);
  lexemes->lexeme = pnstrdup(folded.data(), folded.size());
  lexemes->flags = dictionary->accepts ? 0 : TSL_FILTER;
  PG_RETURN_POINTER(lexemes);
}

VECEXT_FUNCTION(vecext_length_init)
{ PG_RETURN_POINTER(lengths_of(fcinfo, {1, MAXSTRLEN}, MAXSTRLEN)); }

VECEXT_FUNCTION(vecext_length_lexize)
{
  const auto* lengths = reinterpret_cast<const Lengths*>(PG_GETARG_POINTER(0));
  const std::string_view word = word_of(fcinfo);
  const int length = pg_mbstrlen_with_len(word.data(), static_cast<int>(word.size()));
  const bool is_kept = length >= lengths->least && length <= lengths->most;
  PG_RETURN_POINTER(is_kept ? nullptr : new_lexemes(0));
}

VECEXT_FUNCTION(vecext_stop_init)
{
  auto* stop = palloc0_object<StopWords>();
  each_parameter(fcinfo, [&](DefElem* parameter) {
    if (strcmp(parameter->defname, "words") != 0) {
      refuse(parameter->defname, "The parameter is Words.");
    }
    *stop = read_stop_words(pstrdup(defGetString(parameter)));
  });
  PG_RETURN_POINTER(stop);
}

VECEXT_FUNCTION(vecext_stop_lexize)
{
  const auto* stop = reinterpret_cast<const StopWords*>(PG_GETARG_POINTER(0));
  const bool is_stop_word =
      std::binary_search(stop->words, stop->words + stop->count, word_of(fcinfo));
  PG_RETURN_POINTER(is_stop_word ? new_lexemes(0) : nullptr);
}

VECEXT_FUNCTION(vecext_ngram_init)
{ PG_RETURN_POINTER(lengths_of(fcinfo, {3, 3}, kLongestGram)); }

VECEXT_FUNCTION(vecext_ngram_lexize)
{ PG_RETURN_POINTER(grams_of(fcinfo, kLongestGrammed)); }

VECEXT_FUNCTION(vecext_edge_ngram_init)
{ PG_RETURN_POINTER(lengths_of(fcinfo, {1, 20}, kLongestGram)); }

VECEXT_FUNCTION(vecext_edge_ngram_lexize)
{ PG_RETURN_POINTER(grams_of(fcinfo, 1)); }

}  // namespace vecext::pg
