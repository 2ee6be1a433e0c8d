#include "core/json/closest_word.h"

#include "pg/sys/pg.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

// vecext.registry_closest_word(word text, words text[]) → text
VECEXT_FUNCTION(vecext_registry_closest_word)
{
  const text* word = PG_GETARG_TEXT_PP(0);
  ClosestWord closest({VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word)});
  Datum* words;
  int count;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &words, nullptr,
                    &count);
  for (int i = 0; i < count; ++i) {
    const text* known = DatumGetTextPP(words[i]);
    closest.compare({VARDATA_ANY(known), VARSIZE_ANY_EXHDR(known)});
  }
  const std::string_view found = closest.found();
  if (found.empty()) {
    PG_RETURN_NULL();
  }
  PG_RETURN_TEXT_P(cstring_to_text_with_len(found.data(), static_cast<int>(found.size())));
}

}  // namespace vecext::pg
