#include "pg/registry/closest_word.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/varlena.h"
}

namespace vecext::pg {

namespace {

/// The nearest word so far of those that are shown to it.
struct Closest {
  const char* lower;
  int length;
  int most;  // changed letters
  const char* found;

  explicit Closest(std::string_view word)
      : lower(asc_tolower(word.data(), word.size())),
        length(static_cast<int>(word.size())),
        most(word.size() < NAMEDATALEN ? 1 + static_cast<int>(word.size() / 4) : -1),
        found(nullptr) {}

  void see(const char* known) {
    if (most < 0) {
      return;
    }
    const int distance = varstr_levenshtein_less_equal(
        lower, length, known, static_cast<int>(strlen(known)), 1, 1, 1, most, false);
    if (distance <= most) {
      found = known;
      most = distance - 1;
    }
  }
};

}  // namespace

const char* closest_word(std::string_view word, std::initializer_list<const char*> words) {
  Closest closest(word);
  for (const char* known : words) {
    closest.see(known);
  }
  return closest.found;
}

// vecext.registry_closest_word(word text, words text[]) → text
VECEXT_FUNCTION(vecext_registry_closest_word)
{
  const text* word = PG_GETARG_TEXT_PP(0);
  Closest closest({VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word)});
  Datum* words;
  int count;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &words, nullptr,
                    &count);
  for (int i = 0; i < count; ++i) {
    closest.see(TextDatumGetCString(words[i]));
  }
  if (closest.found == nullptr) {
    PG_RETURN_NULL();
  }
  PG_RETURN_TEXT_P(cstring_to_text(closest.found));
}

}  // namespace vecext::pg
