#include "pg/condition/filter.h"

#include <algorithm>
#include <functional>

#include "core/condition/scalars.h"
#include "pg/condition/token_query.h"
#include "pg/payload/parse_error.h"
#include "pg/payload/uuid_text.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

bool is_about_tokens(const Condition& condition) {
  return condition.kind == ConditionKind::kAllTokens ||
         condition.kind == ConditionKind::kAnyToken || condition.kind == ConditionKind::kPhrase;
}

/// What the server has to say on a tree of conditions.
struct Findings {
  MemoryContext context;
  GrowingArray<TokenQuery> queries;
  const Condition* of_row;
  bool respells_uuids;
};

/// Whether the value is a UUID in another form than the server's.
bool respells_uuid(const JsonValue& value) {
  uint8 bytes[UUID_LEN];
  char text[kUuidText];
  if (value.kind != JsonKind::kString || !read_uuid(value.text, bytes)) {
    return false;
  }
  print_uuid(bytes, text);
  return value.text != std::string_view{text, kUuidText};
}

/// LIKE would raise an error, though only where a value agrees with the rest of the pattern.
void check_pattern(std::string_view pattern) {
  const auto before = pattern.find_last_not_of('\\');
  const size_t backslashes = pattern.size() - (before == std::string_view::npos ? 0 : before + 1);
  if (backslashes % 2 != 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("invalid filter: LIKE pattern ends with escape character")));
  }
}

void inspect(const Condition& condition, Findings* findings) {
  if (is_about_tokens(condition)) {
    const Oid config = text_search_config(condition.config);
    findings->queries.push({&condition, config, token_query(condition, config)}, findings->context);
  } else if (condition.kind == ConditionKind::kLike) {
    check_pattern(condition.text);
  } else if (condition.kind == ConditionKind::kHasId ||
             condition.kind == ConditionKind::kHasVector) {
    findings->of_row = &condition;
    findings->respells_uuids =
        findings->respells_uuids ||
        std::any_of(condition.values.begin(), condition.values.end(), respells_uuid);
  }
  for (const Condition* child : condition.children) {
    inspect(*child, findings);
  }
}

Filter filter_of(const Condition* condition, MemoryContext context) {
  Findings findings{.context = context};
  const MemoryContext before = MemoryContextSwitchTo(context);
  inspect(*condition, &findings);
  MemoryContextSwitchTo(before);
  TokenQuery* queries = findings.queries.at;
  const auto count = static_cast<size_t>(findings.queries.count);
  std::sort(queries, queries + count, [](const TokenQuery& a, const TokenQuery& b) {
    return std::less<>{}(a.condition, b.condition);
  });
  return {.condition = condition,
          .token_queries = {queries, count},
          .of_row = findings.of_row,
          .respells_uuids = findings.respells_uuids};
}

Datum text_datum(std::string_view text) {
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

/// Returns what `test` returns, and frees the memory that it took from the current context.
template <class Test>
bool test_in(MemoryContext scratch, Test test) {
  const MemoryContext before = MemoryContextSwitchTo(scratch);
  const bool result = test();
  MemoryContextSwitchTo(before);
  MemoryContextReset(scratch);
  return result;
}

}  // namespace

Filter parse_filter(Datum filter, Oid type, FilterDialect dialect, MemoryContext context) {
  const Condition* condition = nullptr;
  const MemoryContext before = MemoryContextSwitchTo(context);
  check(parse_filter_value(filter, type, dialect, context_arena(context), &condition));
  MemoryContextSwitchTo(before);
  return filter_of(condition, context);
}

void check_payload_decides(const Filter& filter) {
  if (filter.of_row != nullptr) {
    const bool is_id = filter.of_row->kind == ConditionKind::kHasId;
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("invalid filter: %s needs the row, not its payload alone",
                           is_id ? "has_id" : "has_vector"),
                    errhint("Give the row: vecext.matches(t, filter), where t is the table or its "
                            "alias in the statement.")));
  }
}

bool ServerFacts::has_tokens(const Condition& condition, std::string_view value) const {
  const auto found =
      std::lower_bound(filter_.token_queries.begin(), filter_.token_queries.end(), &condition,
                       [](const TokenQuery& query, const Condition* wanted) {
                         return std::less<>{}(query.condition, wanted);
                       });
  return test_in(scratch_, [&] { return pg::has_tokens(found->config, value, found->query); });
}

bool ServerFacts::is_like(const Condition& condition, std::string_view value) const {
  return test_in(scratch_, [&] {
    // Case is that of the database's collation; without it, characters are compared as they are.
    const PGFunction like = condition.ignores_case ? texticlike : textlike;
    const Oid collation = condition.ignores_case ? DEFAULT_COLLATION_OID : C_COLLATION_OID;
    return DatumGetBool(
        DirectFunctionCall2Coll(like, collation, text_datum(value), text_datum(condition.text)));
  });
}

bool ServerFacts::is_named(Oid type, Datum id, const Condition& condition) const {
  JsonValue value;
  char printed[kUuidText];
  switch (type) {
    case INT4OID:
    case INT8OID:
      value.kind = JsonKind::kNumber;
      value.is_integer = true;
      value.integer = type == INT4OID ? DatumGetInt32(id) : DatumGetInt64(id);
      return is_one_of(value, condition.values);
    case UUIDOID:
      value.kind = JsonKind::kString;
      print_uuid(DatumGetUUIDP(id)->data, printed);
      value.text = {printed, kUuidText};
      return is_one_of(value, condition.values) ||
             (filter_.respells_uuids &&
              std::any_of(
                  condition.values.begin(), condition.values.end(), [id](const JsonValue& named) {
                    uint8 bytes[UUID_LEN];
                    return named.kind == JsonKind::kString && read_uuid(named.text, bytes) &&
                           memcmp(bytes, DatumGetUUIDP(id)->data, UUID_LEN) == 0;
                  }));
    case TEXTOID: {
      const text* string = DatumGetTextPP(id);
      value.kind = JsonKind::kString;
      value.text = {VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string)};
      return is_one_of(value, condition.values);
    }
    default:
      return false;
  }
}

}  // namespace vecext::pg
