// Views of the server's texts and arrays, and functions that make such values.
#pragma once

#include <span>
#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

/// Returns the bytes of a text or bytea, which must be neither compressed nor out of line.
/// PG_GETARG_TEXT_PP() returns such values.
inline std::string_view view_of(const varlena* value) {
  return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

/// The elements of an array, which may have any number of dimensions.
struct ArrayElements {
  Datum* at;
  bool* is_null;
  int count;

  std::span<Datum> values() const { return {at, static_cast<Size>(count)}; }
};

inline ArrayElements elements_of(ArrayType* array) {
  const Oid type = ARR_ELEMTYPE(array);
  int16 length;
  bool by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &by_value, &alignment);
  ArrayElements elements;
  deconstruct_array(array, type, length, by_value, alignment, &elements.at, &elements.is_null,
                    &elements.count);
  return elements;
}

/// Returns an array of one dimension that has these values of type `type`. No value is null.
inline ArrayType* array_of(Oid type, std::span<const Datum> values) {
  int16 length;
  bool by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &by_value, &alignment);
  return construct_array(const_cast<Datum*>(values.data()), static_cast<int>(values.size()), type,
                         length, by_value, alignment);
}

inline Datum array_datum(Oid type, std::span<const Datum> values) {
  return PointerGetDatum(array_of(type, values));
}

/// Calls visit(text) for each element of an array of texts that is not null.
template <class Visit>
void each_text(ArrayType* texts, const Visit& visit) {
  const ArrayIterator iterator = array_create_iterator(texts, 0, nullptr);
  Datum element;
  bool is_null;
  while (array_iterate(iterator, &element, &is_null)) {
    if (!is_null) {
      visit(view_of(PG_DETOAST_DATUM_PACKED(element)));
    }
  }
  array_free_iterator(iterator);
}

/// Returns the bytes of a value of type text. It detoasts the value if that is needed.
inline std::string_view view_of(Datum value) {
  return view_of(DatumGetTextPP(value));
}

/// Returns a value of type text that has these bytes.
inline Datum text_datum(std::string_view bytes) {
  return PointerGetDatum(cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size())));
}

/// Returns a copy of the bytes that ends with a zero.
inline char* cstring_of(std::string_view bytes) {
  return pnstrdup(bytes.data(), bytes.size());
}

}  // namespace vecext::pg
