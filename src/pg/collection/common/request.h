// Requests as JSON, and errors that say where in a request a fault is.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "core/json/place.h"
#include "core/json/read.h"
#include "pg/sys/error.h"
#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// Returns the place as text: points[3].vector.
const char* path_text(const JsonPlace& place);

/// Raises an error with SQLSTATE 22023, or `sqlstate`, and the place in DETAIL. `message` is
/// formatted already.
[[noreturn]] void refuse(const JsonPlace& place, const char* message);
[[noreturn]] void refuse(const JsonPlace& place, int sqlstate, const char* message,
                         const ErrorSubject& subject = {});

/// Refuses an argument that is an object with one of the keys. Such an object is the body of a
/// request of Qdrant's, in which the key has the array that the argument must be.
void refuse_body(const JsonPlace& argument, const JsonbValue& value,
                 std::initializer_list<const char*> keys);

/// Raises an ERROR if `fault` is one.
void check(const JsonPlace& place, const JsonFault& fault);

/// Raises an ERROR if the word is not one of the known ones. `reason` begins the message, as in
/// "unknown type".
void check_known(const JsonPlace& place, std::string_view word, const char* reason,
                 KnownWords known);

/// Raises an ERROR that requests have no such key. The HINT has the known key that may be meant.
[[noreturn]] void refuse_key(const JsonPlace& object, std::string_view key, KnownWords known = {});

/// Says, by a NOTICE, that no point has such a value at the key of the payload, which may be
/// misspelt. `what` is the value with its article.
void tell_no_values(std::string_view key, const char* what);

inline std::string_view text_of(const JsonbValue& string) {
  return {string.val.string.val, static_cast<std::size_t>(string.val.string.len)};
}

inline bool is_array(const JsonbValue& value) {
  return value.type == jbvBinary && JsonContainerIsArray(value.val.binary.data) &&
         !JsonContainerIsScalar(value.val.binary.data);
}
inline bool is_object(const JsonbValue& value) {
  return value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data);
}

/// Returns a document as a value, which refers to the document's bytes.
JsonbValue value_of(Jsonb* document);

/// Returns the number of elements of an array or members of an object.
inline std::int64_t size_of(const JsonbValue& container) {
  return static_cast<std::int64_t>(JsonContainerSize(container.val.binary.data));
}

/// Calls visit(index, const JsonbValue&) for each element of an array; containers among them are
/// not entered.
template <class Visit>
void each_element(const JsonbValue& array, Visit visit) {
  JsonbIterator* iterator = JsonbIteratorInit(array.val.binary.data);
  JsonbValue value;
  std::int64_t index = 0;
  while (true) {
    CHECK_FOR_INTERRUPTS();
    const JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true);
    if (token == WJB_DONE) {
      return;
    }
    if (token == WJB_ELEM) {
      visit(index++, value);
    }
  }
}

/// Calls visit(key, const JsonbValue&) for each member of an object.
template <class Visit>
void each_member(const JsonbValue& object, Visit visit) {
  JsonbIterator* iterator = JsonbIteratorInit(object.val.binary.data);
  JsonbValue key;
  JsonbValue value;
  while (true) {
    CHECK_FOR_INTERRUPTS();
    const JsonbIteratorToken token = JsonbIteratorNext(&iterator, &key, true);
    if (token == WJB_DONE) {
      return;
    }
    if (token == WJB_KEY) {
      JsonbIteratorNext(&iterator, &value, true);
      visit(text_of(key), value);
    }
  }
}

/// Returns the member of that key, or nothing if the object has none.
std::optional<JsonbValue> find_member(const JsonbValue& object, std::string_view key);

}  // namespace vecext::pg
