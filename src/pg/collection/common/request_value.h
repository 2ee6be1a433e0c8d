// Values of requests with their places, and checks that a value is what it should be, as a number
// within limits or an object with known keys. A value that is not raises an ERROR 22023, whose
// DETAIL has the JSON path.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A value of a request. It lives in the memory context that was the current one when it was read,
/// and points into the jsonb.
struct Json {
  JsonbValue value;
  JsonPlace place;
};

/// Returns a jsonb as a value. Errors call it `name`.
const Json* request_of(Datum jsonb, const char* name);

[[noreturn]] inline void refuse(const Json& json, const char* message) {
  refuse(json.place, message);
}

inline bool is_object(const Json& json) {
  return is_object(json.value);
}
inline bool is_array(const Json& json) {
  return is_array(json.value);
}
inline bool is_string(const Json& json) {
  return json.value.type == jbvString;
}
inline bool is_number(const Json& json) {
  return json.value.type == jbvNumeric;
}

/// Refuses what is not an object.
void check_object(const Json& json);
/// Do the same, and refuse members with names other than `names`, or all members.
void check_members(const Json& object, KnownWords names);
inline void check_no_members(const Json& object) {
  check_members(object, {});
}

/// Returns the member of that name, or null if it is missing or JSON's null.
const Json* member(const Json& object, const char* name);

/// Returns the value of a key, which may be JSON's null. Errors say that it is at `place`.
Json value_of_key(const Json& object, const char* key, const JsonPlace& place);

/// Returns the member of that name. Raises an ERROR if it is missing.
const Json& required(const Json& object, const char* name);

/// Returns the number of elements. Raises an ERROR if the value is not an array.
int element_count(const Json& array);
const Json* element(const Json& array, int index);

/// Return the number of values in a list, and the value at `index`. A value that is not an array
/// counts as a list of one.
int list_count(const Json& list);
const Json* list_value(const Json& list, int index);

/// Calls visit(const Json&) for each value of such a list.
template <class Visit>
void each_list_value(const Json& list, Visit visit) {
  for (int i = 0, count = list_count(list); i < count; ++i) {
    visit(*list_value(list, i));
  }
}

/// Returns an integer. Raises an ERROR if it is not within least .. most.
int64 integer_of(const Json& json, int64 least, int64 most);
/// Returns a number as a double. Raises an ERROR if it is beyond the range of doubles.
double number_of(const Json& json);
bool bool_of(const Json& json);
/// Returns a string, with a zero at its end.
char* string_of(const Json& json);
/// Returns the value as a jsonb.
Datum jsonb_of(const Json& json);

Datum jsonb_of_bool(bool value);

/// Return the value of a member, or `otherwise` if the member is missing.
int64 integer_member(const Json& object, const char* name, int64 least, int64 most,
                     int64 otherwise);
double number_member(const Json& object, const char* name, double otherwise);
bool bool_member(const Json& object, const char* name, bool otherwise);
char* string_member(const Json& object, const char* name);  // null if missing

}  // namespace vecext::pg
