#include "pg/collection/strict/strict.h"

#include "pg/collection/common/statement.h"
#include "pg/condition/filter.h"
#include "pg/sys/error.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// The parts of a filter that strict mode limits.
struct FilterParts {
  int64 conditions;
  int64 largest_list;
  ArrayBuildState* keys;   // paths of payloads, of type text
  ArrayBuildState* types;  // for each key, types_for() its condition
};

/// Returns the types of payload indexes that serve a condition, as the text of an array, or null if
/// an index of any type will do.
const char* types_for(const Condition& condition) {
  switch (condition.kind) {
    case ConditionKind::kIn: {
      const JsonKind kind =
          condition.values.empty() ? JsonKind::kNull : condition.values.front().kind;
      return kind == JsonKind::kString   ? "{keyword,uuid}"
             : kind == JsonKind::kNumber ? "{keyword,integer,float}"
             : kind == JsonKind::kBool   ? "{keyword,bool}"
                                         : nullptr;
    }
    case ConditionKind::kAllTokens:
    case ConditionKind::kAnyToken:
    case ConditionKind::kPhrase:
      return "{text}";
    case ConditionKind::kNumberRange:
      return "{integer,float}";
    case ConditionKind::kTimeRange:
      return "{datetime}";
    case ConditionKind::kGeoBox:
    case ConditionKind::kGeoRadius:
    case ConditionKind::kGeoPolygon:
      return "{geo}";
    default:
      return nullptr;
  }
}

/// Adds the parts of a condition to `parts`. `prefix` is the path to the nested objects that the
/// condition is within, and is put before its paths.
void count_parts(const Condition& condition, const char* prefix, FilterParts* parts) {
  const std::string_view path = condition.path.text;
  const char* key = psprintf("%s%.*s", prefix, static_cast<int>(path.size()), path.data());
  if (condition.kind == ConditionKind::kNested) {
    prefix = psprintf("%s%s", key, path.ends_with("[]") ? "." : "[].");
  } else if (condition.children.empty() && condition.kind != ConditionKind::kAnd &&
             condition.kind != ConditionKind::kOr) {
    // Conditions are counted as they were written: the parser makes one condition of several
    // equalities.
    const int64 equalities = condition.kind == ConditionKind::kIn ? condition.count : 0;
    parts->conditions += Max(equalities, 1);
    parts->largest_list =
        Max(parts->largest_list, equalities > 0 ? 1 : static_cast<int64>(condition.values.size()));
    if (!path.empty()) {
      const char* types = types_for(condition);
      parts->keys = accumArrayResult(parts->keys, CStringGetTextDatum(key), false, TEXTOID,
                                     CurrentMemoryContext);
      parts->types =
          accumArrayResult(parts->types, types == nullptr ? Datum{0} : CStringGetTextDatum(types),
                           types == nullptr, TEXTOID, CurrentMemoryContext);
    }
  }
  for (const Condition* child : condition.children) {
    count_parts(*child, prefix, parts);
  }
}

/// Raises an ERROR if one of the keys has no payload index of one of its types.
void check_indexed(const Collection& collection, Datum keys, Datum types) {
  const auto write =
      [](StatementDraft& draft) {
        draft << "SELECT ARRAY[k.key, pg_catalog.concat('There is none', ' of type ' "
                 "OPERATOR(pg_catalog.||) pg_catalog.array_to_string(k.types::text[], ' or '), "
                 "' on \"', k.key, '\".')] "
                 "FROM ROWS FROM (pg_catalog.unnest(";
        draft.parameter(TEXTARRAYOID) << "), pg_catalog.unnest(";
        draft.parameter(TEXTARRAYOID)
            << ")) WITH ORDINALITY AS k (key, types, no) WHERE NOT EXISTS (SELECT FROM "
               "vecext.payload_indexes AS i WHERE i.relid OPERATOR(pg_catalog.=) ";
        draft.parameter(REGCLASSOID)
            << " AND vecext_internal.canonical_path(i.key) OPERATOR(pg_catalog.=) "
               "vecext_internal.canonical_path(k.key) AND (k.types IS NULL OR i.type "
               "OPERATOR(pg_catalog.=) ANY (k.types::text[]))) ORDER BY k.no LIMIT 1";
      };
  const auto lack = with_statements([&] {
    return read_value(
        kept_plan(statement_key(collection.relid, StatementKind::kUnindexedKey), write),
        parameter_list({{TEXTARRAYOID, keys},
                        {TEXTARRAYOID, types},
                        {REGCLASSOID, ObjectIdGetDatum(collection.relid)}}));
  });
  if (lack.has_value()) {
    const ArrayElements found = elements_of(DatumGetArrayTypeP(*lack));
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("strict mode of collection \"%s\" allows no use of a key without a "
                           "payload index",
                           collection.name),
                    errdetail("%s", TextDatumGetCString(found.at[1])),
                    errhint("Create one with vecext.create_payload_index()."),
                    about({.rule = "payload_index",
                           .collection = collection.name,
                           .part = TextDatumGetCString(found.at[0])})));
  }
}

}  // namespace

void check_bound(const Collection& collection, int64 bound, int64 value, const char* rule,
                 const char* what) {
  if (bound >= 0 && value > bound) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("strict mode of collection \"%s\" allows " INT64_FORMAT
                           " %s, not " INT64_FORMAT,
                           collection.name, bound, what, value),
                    about({.rule = above(rule, value, bound), .collection = collection.name})));
  }
}

void check_key(const Collection& collection, std::string_view key) {
  if (collection.strict.refuses_unindexed_retrieve) {
    const Datum keys[] = {text_datum(key)};
    check_indexed(collection, array_datum(TEXTOID, keys), array_datum(TEXTOID, {}));
  }
}

void check_filter(const Collection& collection, Jsonb* filter, FilterUse use) {
  const StrictMode& strict = collection.strict;
  if (!strict.is_on || filter == nullptr) {
    return;
  }
  FilterParts parts{};
  const Filter parsed =
      parse_filter(JsonbPGetDatum(filter), JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
  count_parts(*parsed.condition, "", &parts);
  check_bound(collection, strict.filter_max_conditions, parts.conditions, "filter_max_conditions",
              "conditions in a filter");
  check_bound(collection, strict.condition_max_size, parts.largest_list, "condition_max_size",
              "values in a list of a condition");
  const bool refuses_unindexed = use == FilterUse::kRetrieve ? strict.refuses_unindexed_retrieve
                                                             : strict.refuses_unindexed_update;
  if (refuses_unindexed && parts.keys != nullptr) {
    check_indexed(collection, makeArrayResult(parts.keys, CurrentMemoryContext),
                  makeArrayResult(parts.types, CurrentMemoryContext));
  }
}

}  // namespace vecext::pg
