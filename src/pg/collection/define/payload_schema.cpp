#include "pg/collection/define/payload_schema.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/collection/define/sql.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "lib/stringinfo.h"
}

namespace vecext::pg {

namespace {

/// Parses a path. Returns an error whose code is not kNone if the text is not a path.
ParseError parse(std::string_view path, PayloadPath* parsed) {
  const ParseError error = parse_path(path, context_arena(CurrentMemoryContext), parsed);
  if (error.code == ParseErrorCode::kOutOfMemory) {
    raise_path_error(error, path);
  }
  return error;
}

/// Returns the condition that a value is of the type. `payload` and `key` are quoted for a
/// statement.
const char* test_of(std::string_view type, const char* payload, const char* key,
                    const char* value) {
  const auto accessor = [&](const char* name) {
    return psprintf("vecext.%s(%s, %s) IS NOT NULL", name, payload, key);
  };
  const auto kind = [&](const char* name) {
    return psprintf("pg_catalog.jsonb_typeof(%s) OPERATOR(pg_catalog.=) '%s'", value, name);
  };
  if (type == "integer") {
    return accessor("payload_int");
  }
  if (type == "datetime") {
    return accessor("payload_ts");
  }
  if (type == "uuid") {
    return accessor("payload_uuid");
  }
  if (type == "geo") {
    return accessor("payload_geo_box");
  }
  if (type == "float") {
    return kind("number");
  }
  if (type == "bool") {
    return kind("boolean");
  }
  return kind(type == "object" ? "object" : "string");
}

}  // namespace

bool reaches_several(std::string_view path) {
  PayloadPath parsed;
  if (!parse(path, &parsed).ok()) {
    return false;
  }
  for (const PathStep& step : parsed.steps) {
    if (step.kind == PathStep::Kind::kAllElements) {
      return true;
    }
  }
  return false;
}

const char* payload_value(const char* payload_column, std::string_view path,
                          const JsonPlace& place) {
  PayloadPath parsed;
  if (!parse(path, &parsed).ok() || reaches_several(path)) {
    refuse(place, psprintf("\"%s\" is not a path to one value", cstring_of(path)));
  }
  StringInfoData value;
  initStringInfo(&value);
  appendStringInfo(&value, "(%s", quoted_name(payload_column));
  for (const PathStep& step : parsed.steps) {
    appendStringInfoString(&value, " OPERATOR(pg_catalog.->) ");
    if (step.kind == PathStep::Kind::kIndex) {
      appendStringInfo(&value, "%lld", static_cast<long long>(step.index));
    } else {
      appendStringInfoString(&value, quoted_text(cstring_of(step.key)));
    }
  }
  appendStringInfoChar(&value, ')');
  return value.data;
}

const char* payload_check(const char* payload_column, std::string_view key, const Json& spec) {
  const Json* type = is_string(spec) ? &spec : nullptr;
  bool is_required = false;
  bool may_be_array = true;
  if (type == nullptr) {
    check_members(spec, {"type", "required", "array"});
    type = &required(spec, "type");
    is_required = bool_member(spec, "required", false);
    may_be_array = bool_member(spec, "array", true);
  }
  const char* name = string_of(*type);
  check_known(spec.place.at("type"), name, "unknown type",
              {"keyword", "text", "integer", "float", "bool", "datetime", "uuid", "geo", "object"});
  const char* value = payload_value(payload_column, key, spec.place);
  return psprintf(
      "CASE coalesce(pg_catalog.jsonb_typeof(%s), 'null') WHEN 'null' THEN %s WHEN 'array' THEN %s"
      " ELSE %s END",
      value, is_required ? "false" : "true",
      may_be_array
          ? psprintf("vecext_internal.payload_elements_are(%s, %s)", value, quoted_text(name))
          : "false",
      test_of(name, quoted_name(payload_column), quoted_text(cstring_of(key)), value));
}

}  // namespace vecext::pg
