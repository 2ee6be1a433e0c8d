#include "pg/collection/common/request_value.h"

#include "pg/payload/jsonb_source.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

namespace vecext::pg {

namespace {

const Json* new_json(const JsonbValue& value, const JsonPlace& place) {
  return palloc_object<Json>(Json{.value = value, .place = place});
}

}  // namespace

const Json* request_of(Datum jsonb, const char* name) {
  return new_json(value_of(DatumGetJsonbP(jsonb)), JsonPlace::argument(name));
}

void check_object(const Json& json) {
  check(json.place, check_object(json_value(json.value)));
}

void check_members(const Json& object, KnownWords names) {
  check_object(object);
  const JsonFault fault = check_keys(kJsonb, json_value(object.value), names);
  check(object.place.at(fault.found), fault);
}

Json value_of_key(const Json& object, const char* key, const JsonPlace& place) {
  return {.value = find_member(object.value, key).value_or(JsonbValue{}), .place = place};
}

const Json* member(const Json& object, const char* name) {
  const std::optional<JsonbValue> value = find_member(object.value, name);
  if (!value.has_value() || value->type == jbvNull) {
    return nullptr;
  }
  return new_json(*value, object.place.at(std::string_view(name)));
}

const Json& required(const Json& object, const char* name) {
  const Json* json = member(object, name);
  if (json == nullptr) {
    refuse(object, psprintf("\"%s\" is missing", name));
  }
  return *json;
}

int element_count(const Json& array) {
  check(array.place, check_array(json_value(array.value)));
  return static_cast<int>(size_of(array.value));
}

const Json* element(const Json& array, int index) {
  const JsonbValue* value =
      getIthJsonbValueFromContainer(array.value.val.binary.data, static_cast<uint32>(index));
  return new_json(*value, array.place.at(static_cast<int64>(index)));
}

int list_count(const Json& list) {
  return is_array(list) ? element_count(list) : 1;
}

const Json* list_value(const Json& list, int index) {
  return is_array(list) ? element(list, index) : &list;
}

int64 integer_of(const Json& json, int64 least, int64 most) {
  int64 integer;
  if (!read_integer(json_value(json.value), &integer).ok() || integer < least || integer > most) {
    refuse(json, psprintf("expected an integer of " INT64_FORMAT " to " INT64_FORMAT, least, most));
  }
  return integer;
}

double number_of(const Json& json) {
  double number;
  check(json.place, read_number(json_value(json.value), &number));
  return number;
}

bool bool_of(const Json& json) {
  bool boolean;
  check(json.place, read_bool(json_value(json.value), &boolean));
  return boolean;
}

char* string_of(const Json& json) {
  std::string_view text;
  check(json.place, read_string(json_value(json.value), &text));
  return cstring_of(text);
}

Datum jsonb_of(const Json& json) {
  JsonbValue value = json.value;
  return JsonbPGetDatum(JsonbValueToJsonb(&value));
}

Datum jsonb_of_bool(bool value) {
  JsonbValue json;
  json.type = jbvBool;
  json.val.boolean = value;
  return JsonbPGetDatum(JsonbValueToJsonb(&json));
}

int64 integer_member(const Json& object, const char* name, int64 least, int64 most,
                     int64 otherwise) {
  const Json* json = member(object, name);
  return json == nullptr ? otherwise : integer_of(*json, least, most);
}

double number_member(const Json& object, const char* name, double otherwise) {
  const Json* json = member(object, name);
  return json == nullptr ? otherwise : number_of(*json);
}

bool bool_member(const Json& object, const char* name, bool otherwise) {
  const Json* json = member(object, name);
  return json == nullptr ? otherwise : bool_of(*json);
}

char* string_member(const Json& object, const char* name) {
  const Json* json = member(object, name);
  return json == nullptr ? nullptr : string_of(*json);
}

}  // namespace vecext::pg
