#include "pg/collection/common/filters.h"

namespace vecext::pg {

namespace {

JsonbValue string_value(const char* text) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = const_cast<char*>(text);
  value.val.string.len = static_cast<int>(strlen(text));
  return value;
}

void push_key(JsonbParseState** state, const char* key) {
  JsonbValue value = string_value(key);
  pushJsonbValue(state, WJB_KEY, &value);
}

void begin_must(JsonbParseState** state) {
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  push_key(state, "must");
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
}

Datum end_must(JsonbParseState** state) {
  pushJsonbValue(state, WJB_END_ARRAY, nullptr);
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(state, WJB_END_OBJECT, nullptr)));
}

}  // namespace

Datum both_filters(Datum a, Datum b) {
  JsonbParseState* state = nullptr;
  begin_must(&state);
  for (const Datum filter : {a, b}) {
    JsonbValue value = value_of(DatumGetJsonbP(filter));
    pushJsonbValue(&state, WJB_ELEM, &value);
  }
  return end_must(&state);
}

Datum filter_of_condition(const Json& condition) {
  JsonbParseState* state = nullptr;
  begin_must(&state);
  JsonbValue value = condition.value;
  pushJsonbValue(&state, WJB_ELEM, &value);
  return end_must(&state);
}

Datum filter_by_key(const char* key, const JsonbValue& value) {
  JsonbParseState* state = nullptr;
  begin_must(&state);
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  push_key(&state, "key");
  JsonbValue text = string_value(key);
  pushJsonbValue(&state, WJB_VALUE, &text);
  push_key(&state, "match");
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  push_key(&state, "value");
  JsonbValue copy = value;
  pushJsonbValue(&state, WJB_VALUE, &copy);
  pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
  pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
  return end_must(&state);
}

}  // namespace vecext::pg
