// Requests as JSON: where in one a fault is, and errors that say so.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// A place in a request: a key of the place around it, or if the key is empty an element.
struct JsonPlace {
  const JsonPlace* outer;  // null: this is the argument, `key` its name
  std::string_view key;
  std::int64_t index;

  static JsonPlace argument(std::string_view name) {
    return {.outer = nullptr, .key = name, .index = -1};
  }
  JsonPlace at(std::string_view member) const {
    return {.outer = this, .key = member, .index = -1};
  }
  JsonPlace at(std::int64_t element) const { return {.outer = this, .key = {}, .index = element}; }
};

/// The place as text: points[3].vector.
const char* path_text(const JsonPlace& place);

/// Raises an error with SQLSTATE 22023, or `sqlstate`, and the place in DETAIL. `message` is
/// formatted already.
[[noreturn]] void refuse(const JsonPlace& place, const char* message);
[[noreturn]] void refuse(const JsonPlace& place, int sqlstate, const char* message);

/// Refuses an argument that is an object with one of the keys. Such an object is the body of a
/// request of Qdrant's, in which the key has the array that the argument must be.
void refuse_body(const JsonPlace& argument, const JsonbValue& value,
                 std::initializer_list<const char*> keys);

/// Refuses a key that the request does not have; one of the known keys may be meant.
[[noreturn]] void refuse_key(const JsonPlace& object, std::string_view key,
                             std::initializer_list<const char*> known = {});

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

/// A document as a value. It refers to the document's bytes.
JsonbValue value_of(Jsonb* document);

/// The number of elements of an array or members of an object.
inline std::int64_t size_of(const JsonbValue& container) {
  return static_cast<std::int64_t>(JsonContainerSize(container.val.binary.data));
}

/// Calls take(index, const JsonbValue&) for each element of an array; containers among them are
/// not entered.
template <class Take>
void each_element(const JsonbValue& array, Take take) {
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
      take(index++, value);
    }
  }
}

/// Calls take(key, const JsonbValue&) for each member of an object.
template <class Take>
void each_member(const JsonbValue& object, Take take) {
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
      take(text_of(key), value);
    }
  }
}

/// Sets *value to the member of that key; false if the object has none.
bool find_member(const JsonbValue& object, std::string_view key, JsonbValue* value);

}  // namespace vecext::pg
