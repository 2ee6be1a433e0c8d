// The elements of an array of texts.
#pragma once

#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "utils/array.h"
}

namespace vecext::pg {

/// Calls visit(text) for the elements of an array of texts that are not null.
template <class Visit>
void each_text(ArrayType* texts, const Visit& visit) {
  const ArrayIterator iterator = array_create_iterator(texts, 0, nullptr);
  Datum element;
  bool is_null;
  while (array_iterate(iterator, &element, &is_null)) {
    if (!is_null) {
      const text* value = DatumGetTextPP(element);
      visit(std::string_view{VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});
    }
  }
  array_free_iterator(iterator);
}

}  // namespace vecext::pg
