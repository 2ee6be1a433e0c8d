#include "pg/collection/common/request_value.h"

#include <cmath>

extern "C" {
#include "utils/builtins.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

const Json* new_json(const JsonbValue& value, const JsonPlace& place) {
  auto* json = static_cast<Json*>(palloc(sizeof(Json)));
  *json = {.value = value, .place = place};
  return json;
}

bool is_one_of(std::string_view name, std::initializer_list<const char*> names) {
  for (const char* known : names) {
    if (name == known) {
      return true;
    }
  }
  return false;
}

}  // namespace

const Json* request_of(Datum jsonb, const char* name) {
  return new_json(value_of(DatumGetJsonbP(jsonb)), JsonPlace::argument(name));
}

void check_members(const Json& object, std::initializer_list<const char*> names) {
  if (!is_object(object)) {
    refuse(object, "expected an object");
  }
  each_member(object.value, [&](std::string_view name, const JsonbValue&) {
    if (!is_one_of(name, names)) {
      refuse_key(object.place, name, names);
    }
  });
}

const Json* member(const Json& object, const char* name) {
  JsonbValue value;
  if (!find_member(object.value, name, &value) || value.type == jbvNull) {
    return nullptr;
  }
  return new_json(value, object.place.at(std::string_view(name)));
}

const Json& required(const Json& object, const char* name) {
  const Json* json = member(object, name);
  if (json == nullptr) {
    refuse(object, psprintf("\"%s\" is missing", name));
  }
  return *json;
}

int element_count(const Json& array) {
  if (!is_array(array)) {
    refuse(array, "expected an array");
  }
  return static_cast<int>(JsonContainerSize(array.value.val.binary.data));
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
  if (is_number(json)) {
    const Datum number = NumericGetDatum(json.value.val.numeric);
    const double nearest = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));
    constexpr double kMost = 9007199254740992.0;  // up to here a double holds every integer
    if (std::fabs(nearest) <= kMost && nearest == std::floor(nearest)) {
      const auto integer = static_cast<int64>(nearest);
      if (integer >= least && integer <= most) {
        return integer;
      }
    }
  }
  refuse(json, psprintf("expected an integer of " INT64_FORMAT " to " INT64_FORMAT, least, most));
}

double number_of(const Json& json) {
  if (!is_number(json)) {
    refuse(json, "expected a number");
  }
  const double number = DatumGetFloat8(
      DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(json.value.val.numeric)));
  if (!std::isfinite(number)) {
    refuse(json, "number is out of range");
  }
  return number;
}

bool bool_of(const Json& json) {
  if (json.value.type != jbvBool) {
    refuse(json, "expected true or false");
  }
  return json.value.val.boolean;
}

char* string_of(const Json& json) {
  if (!is_string(json)) {
    refuse(json, "expected a string");
  }
  return pnstrdup(json.value.val.string.val, static_cast<Size>(json.value.val.string.len));
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
