#include "pg/condition/filter.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "core/condition/scalars.h"
#include "core/condition/slice.h"
#include "pg/condition/token_query.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

/// What is computed once for a tree of conditions.
struct Findings {
  MemoryContext context;
  GrowingArray<TokenQuery> queries;
  GrowingArray<RespelledUuids> respelled_uuids;
  const Condition* of_row;
};

bool is_less(const pg_uuid_t& a, const pg_uuid_t& b) {
  return memcmp(a.data, b.data, UUID_LEN) < 0;
}

/// Returns the UUID that a value is, if it is not written as the server writes UUIDs; otherwise
/// nothing.
std::optional<pg_uuid_t> read_respelled_uuid(const JsonValue& value) {
  pg_uuid_t uuid;
  char text[kUuidText];
  if (value.kind != JsonKind::kString || !read_uuid(value.text, uuid.data)) {
    return std::nullopt;
  }
  print_uuid(uuid.data, text);
  return value.text == std::string_view{text, kUuidText} ? std::nullopt : std::optional{uuid};
}

std::span<const pg_uuid_t> respelled_uuids(std::span<const JsonValue> values,
                                           MemoryContext context) {
  GrowingArray<pg_uuid_t> uuids{};
  for (const JsonValue& value : values) {
    if (const auto uuid = read_respelled_uuid(value); uuid.has_value()) {
      uuids.push(*uuid, context);
    }
  }
  std::sort(uuids.at, uuids.at + uuids.count, is_less);
  return {uuids.at, static_cast<size_t>(uuids.count)};
}

/// Raises an ERROR if the pattern ends with an escape character. LIKE itself would raise it only if
/// a value matches the rest of the pattern.
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
    const Oid config = config_of(condition);
    findings->queries.push({&condition, config, token_query(condition, config)}, findings->context);
  } else if (condition.kind == ConditionKind::kLike) {
    check_pattern(condition.text);
  } else if (condition.kind == ConditionKind::kHasId ||
             condition.kind == ConditionKind::kHasVector ||
             condition.kind == ConditionKind::kSlice) {
    findings->of_row = &condition;
    const auto uuids = respelled_uuids(condition.values, findings->context);
    if (!uuids.empty()) {
      findings->respelled_uuids.push({&condition, uuids}, findings->context);
    }
  }
  for (const Condition* child : condition.children) {
    inspect(*child, findings);
  }
}

/// Sorts what was found for conditions by the addresses of the conditions, and returns it.
template <class T>
std::span<const T> by_condition(const GrowingArray<T>& found) {
  std::sort(found.at, found.at + found.count,
            [](const T& a, const T& b) { return std::less<>{}(a.condition, b.condition); });
  return {found.at, static_cast<size_t>(found.count)};
}

/// Returns what was found for the condition, or null if there is nothing.
template <class T>
const T* find_of(const Condition& condition, std::span<const T> found) {
  const auto at = std::lower_bound(
      found.begin(), found.end(), &condition,
      [](const T& one, const Condition* wanted) { return std::less<>{}(one.condition, wanted); });
  return at != found.end() && at->condition == &condition ? &*at : nullptr;
}

bool is_respelled(const pg_uuid_t& id, const Condition& condition, const Filter& filter) {
  const RespelledUuids* found = find_of(condition, filter.respelled_uuids);
  return found != nullptr &&
         std::binary_search(found->uuids.begin(), found->uuids.end(), id, is_less);
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

Filter filter_of(const Condition* condition, MemoryContext context) {
  Findings findings{.context = context};
  const MemoryContext before = MemoryContextSwitchTo(context);
  inspect(*condition, &findings);
  MemoryContextSwitchTo(before);
  return {.condition = condition,
          .token_queries = by_condition(findings.queries),
          .respelled_uuids = by_condition(findings.respelled_uuids),
          .of_row = findings.of_row};
}

Filter parse_filter(Datum filter, Oid type, FilterDialect dialect, MemoryContext context) {
  const Condition* condition = nullptr;
  const MemoryContext before = MemoryContextSwitchTo(context);
  check(parse_filter_value(filter, type, dialect, context_arena(context), &condition));
  MemoryContextSwitchTo(before);
  return filter_of(condition, context);
}

const JsonValue* impossible_id(const Condition& condition, Oid id_type) {
  if (!is_point_id(id_type)) {
    return nullptr;
  }
  if (condition.kind == ConditionKind::kHasId) {
    for (const JsonValue& value : condition.values) {
      std::uint8_t uuid[UUID_LEN];
      const bool is_possible = natural_number(value).has_value() ||
                               (value.kind == JsonKind::kString && read_uuid(value.text, uuid));
      if (!is_possible) {
        return &value;
      }
    }
  }
  for (const Condition* child : condition.children) {
    if (const JsonValue* found = impossible_id(*child, id_type); found != nullptr) {
      return found;
    }
  }
  return nullptr;
}

void check_payload_decides(const Filter& filter) {
  if (filter.of_row != nullptr) {
    const char* name = filter.of_row->kind == ConditionKind::kHasId       ? "has_id"
                       : filter.of_row->kind == ConditionKind::kHasVector ? "has_vector"
                                                                          : "slice";
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("invalid filter: %s needs the row, not its payload alone", name),
                    errhint("Give the row: vecext.matches(t, filter), where t is the table or its "
                            "alias in the statement.")));
  }
}

bool ServerFacts::has_tokens(const Condition& condition, std::string_view value) const {
  const TokenQuery* found = find_of(condition, filter_.token_queries);
  return test_in(scratch_, [&] { return pg::has_tokens(found->config, value, found->query); });
}

bool ServerFacts::is_like(const Condition& condition, std::string_view value) const {
  return test_in(scratch_, [&] {
    // ILIKE folds case as the database's collation does. LIKE compares characters as they are.
    const PGFunction like = condition.ignores_case ? texticlike : textlike;
    const Oid collation = condition.ignores_case ? DEFAULT_COLLATION_OID : C_COLLATION_OID;
    return DatumGetBool(
        DirectFunctionCall2Coll(like, collation, text_datum(value), text_datum(condition.text)));
  });
}

bool ServerFacts::is_id_in_slice(Oid type, Datum id, const IdSlice& slice) {
  switch (type) {
    case INT4OID:
      return is_in(slice, slice_hash(static_cast<std::uint64_t>(int64{DatumGetInt32(id)})));
    case INT8OID:
      return is_in(slice, slice_hash(static_cast<std::uint64_t>(DatumGetInt64(id))));
    case UUIDOID:
      return is_in(slice, slice_hash({DatumGetUUIDP(id)->data, UUID_LEN}));
    case TEXTOID: {
      const std::string_view text = view_of(id);
      return is_in(slice,
                   slice_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    }
    default: {
      if (!is_point_id(type)) {
        return false;
      }
      const PointId& point = point_id_of(id);
      return is_in(slice, point.is_number() ? slice_hash(point.number())
                                            : slice_hash({point.uuid(), UUID_LEN}));
    }
  }
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
             is_respelled(*DatumGetUUIDP(id), condition, filter_);
    case TEXTOID:
      value.kind = JsonKind::kString;
      value.text = view_of(id);
      return is_one_of(value, condition.values);
    default:
      return is_point_id(type) && is_named(point_id_of(id), condition);
  }
}

bool ServerFacts::is_named(const PointId& id, const Condition& condition) const {
  if (!id.is_number()) {
    pg_uuid_t uuid;
    memcpy(uuid.data, id.uuid(), UUID_LEN);
    return is_named(UUIDOID, UUIDPGetDatum(&uuid), condition);
  }
  JsonValue value;
  set_integer(false, id.number(), &value);
  return is_one_of(value, condition.values);
}

}  // namespace vecext::pg
