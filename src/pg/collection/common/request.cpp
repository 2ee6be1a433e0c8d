#include "pg/collection/common/request.h"

#include "pg/sys/memory.h"

namespace vecext::pg {

const char* path_text(const JsonPlace& place) {
  const Size size = text_size(place);
  auto* room = palloc_array<char>(size + 1);
  room[size] = '\0';
  return write_before(room + size, place);
}

void refuse(const JsonPlace& place, int sqlstate, const char* message,
            const ErrorSubject& subject) {
  ereport(ERROR, (errcode(sqlstate), errmsg_internal("%s", message),
                  errdetail("At %s.", path_text(place)), about(subject)));
  pg_unreachable();
}

void refuse(const JsonPlace& place, const char* message) {
  refuse(place, ERRCODE_INVALID_PARAMETER_VALUE, message);
}

void refuse_body(const JsonPlace& argument, const JsonbValue& value,
                 std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (is_object(value) && find_member(value, key).has_value()) {
      refuse(argument, psprintf("%.*s must be an array: the value of \"%s\" alone",
                                static_cast<int>(argument.key.size()), argument.key.data(), key));
    }
  }
}

namespace {

/// Adds a HINT with the word that may be meant, or with all known words if there are some.
int hint_of(const JsonFault& fault) {
  if (!fault.meant.empty() || fault.known.size() == 0) {
    return suggest(fault.meant);
  }
  StringInfoData words;
  initStringInfo(&words);
  for (const std::string_view word : fault.known) {
    appendStringInfoString(&words, words.len > 0 ? ", " : "");
    appendBinaryStringInfo(&words, word.data(), static_cast<int>(word.size()));
  }
  return errhint("There are: %s.", words.data);
}

}  // namespace

void check(const JsonPlace& place, const JsonFault& fault) {
  if (fault.ok()) {
    return;
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  fault.found.data() == nullptr
                      ? errmsg_internal("%s", fault.reason)
                      : errmsg("%s \"%s\"", fault.reason, shown_part(fault.found)),
                  errdetail("At %s.", path_text(place)), hint_of(fault)));
}

void check_known(const JsonPlace& place, std::string_view word, const char* reason,
                 KnownWords known) {
  check(place, check_word(word, reason, known));
}

void refuse_key(const JsonPlace& object, std::string_view key, KnownWords known) {
  check(object.at(key), unknown_word(key, "unknown key", known));
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

std::optional<JsonbValue> find_member(const JsonbValue& object, std::string_view key) {
  JsonbValue value;
  return getKeyJsonValueFromContainer(object.val.binary.data, key.data(),
                                      static_cast<int>(key.size()), &value) == nullptr
             ? std::nullopt
             : std::optional{value};
}

void tell_no_values(std::string_view key, const char* what) {
  ereport(NOTICE, (errmsg("no point has %s at key \"%.*s\"", what, static_cast<int>(key.size()),
                          key.data())));
}

}  // namespace vecext::pg
