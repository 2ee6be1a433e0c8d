#include "pg/condition/filter_dialect.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {
namespace {

constexpr const char* kNames[] = {"qdrant", "text", "langchain", "llamaindex"};

Jsonb* document_of(Datum filter, Oid type) {
  if (type == JSONBOID) {
    return DatumGetJsonbP(filter);
  }
  char* json = TextDatumGetCString(filter);
  return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
}

}  // namespace

const char* name_of(FilterDialect dialect) {
  return kNames[static_cast<int>(dialect)];
}

FilterDialect dialect_of_name(std::string_view name) {
  for (int i = 0; i < static_cast<int>(lengthof(kNames)); ++i) {
    if (name == kNames[i]) {
      return static_cast<FilterDialect>(i);
    }
  }
  ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown dialect of filters"));
}

FilterDialect dialect_of_value(Datum filter, Oid type) {
  if (type == JSONBOID) {
    return FilterDialect::kQdrant;
  }
  const std::string_view text = view_of(filter);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' ? FilterDialect::kQdrant
                                                               : FilterDialect::kText;
}

ParseError parse_filter_value(Datum filter, Oid type, FilterDialect dialect, const Arena& arena,
                              const Condition** condition) {
  if (dialect == FilterDialect::kText) {
    return parse_filter_text(view_of(filter), arena, condition);
  }
  const JsonValue root = root_value(document_of(filter, type));
  switch (dialect) {
    case FilterDialect::kLangchain:
      return parse_langchain_filter(root, kJsonb, arena, condition);
    case FilterDialect::kLlamaindex:
      return parse_llamaindex_filter(root, kJsonb, arena, condition);
    default:
      return parse_filter(root, kJsonb, arena, condition);
  }
}

}  // namespace vecext::pg
