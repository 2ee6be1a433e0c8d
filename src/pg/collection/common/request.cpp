#include "pg/collection/common/request.h"

#include "pg/registry/closest_word.h"

extern "C" {
#include "lib/stringinfo.h"
}

namespace vecext::pg {

namespace {

/// Outermost first; the levels of a place are few, those of its code.
void append_place(StringInfo text, const JsonPlace& place) {
  if (place.outer != nullptr) {
    append_place(text, *place.outer);
  }
  if (place.index >= 0) {
    appendStringInfo(text, "[" INT64_FORMAT "]", place.index);
    return;
  }
  if (text->len > 0) {
    appendStringInfoChar(text, '.');
  }
  if (place.key.empty()) {
    appendStringInfoString(text, "\"\"");
  }
  appendBinaryStringInfo(text, place.key.data(), static_cast<int>(place.key.size()));
}

}  // namespace

const char* path_text(const JsonPlace& place) {
  StringInfoData text;
  initStringInfo(&text);
  append_place(&text, place);
  return text.data;
}

void refuse(const JsonPlace& place, int sqlstate, const char* message) {
  ereport(ERROR, (errcode(sqlstate), errmsg_internal("%s", message),
                  errdetail("At %s.", path_text(place))));
  pg_unreachable();
}

void refuse(const JsonPlace& place, const char* message) {
  refuse(place, ERRCODE_INVALID_PARAMETER_VALUE, message);
}

void refuse_body(const JsonPlace& argument, const JsonbValue& value,
                 std::initializer_list<const char*> keys) {
  JsonbValue inner;
  for (const char* key : keys) {
    if (is_object(value) && find_member(value, key, &inner)) {
      refuse(argument, psprintf("%.*s must be an array: the value of \"%s\" alone",
                                static_cast<int>(argument.key.size()), argument.key.data(), key));
    }
  }
}

void refuse_key(const JsonPlace& object, std::string_view key,
                std::initializer_list<const char*> known) {
  const char* meant = closest_word(key, known);
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("unknown key \"%.*s\"", static_cast<int>(key.size()), key.data()),
                  errdetail("At %s.", path_text(object.at(key))),
                  meant == nullptr ? 0 : errhint("Perhaps you mean \"%s\".", meant)));
  pg_unreachable();
}

JsonbValue value_of(Jsonb* document) {
  JsonbValue value;
  if (JB_ROOT_IS_SCALAR(document)) {
    JsonbExtractScalar(&document->root, &value);
  } else {
    value.type = jbvBinary;
    value.val.binary.data = &document->root;
    value.val.binary.len = static_cast<int>(VARSIZE(document) - VARHDRSZ);
  }
  return value;
}

bool find_member(const JsonbValue& object, std::string_view key, JsonbValue* value) {
  return getKeyJsonValueFromContainer(object.val.binary.data, key.data(),
                                      static_cast<int>(key.size()), value) != nullptr;
}

void tell_no_values(std::string_view key, const char* what) {
  ereport(NOTICE, (errmsg("no point has %s at key \"%.*s\"", what, static_cast<int>(key.size()),
                          key.data())));
}

}  // namespace vecext::pg
