// vecext.facet() returns how many points have each value of a key.
#include "core/condition/evaluate.h"
#include "core/condition/scalars.h"
#include "core/condition/walk.h"
#include "core/value/uuid_text.h"
#include "pg/collection/common/payload_edit.h"
#include "pg/collection/common/request.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/points/point_target.h"
#include "pg/payload/document.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/uuid.h"
#include "miscadmin.h"
#include "access/transam.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

/// The values that payload_facets() returns, and the next of them.
struct Facets {
  std::span<const JsonValue> values;
  std::size_t next;
};

bool is_facet(const JsonValue& value) {
  return value.kind == JsonKind::kString || value.kind == JsonKind::kNumber ||
         value.kind == JsonKind::kBool;
}

/// Returns a UUID as the server writes it, or nothing if the value is not a UUID.
std::optional<JsonValue> as_uuid(const JsonValue& value) {
  std::uint8_t uuid[UUID_LEN];
  if (value.kind != JsonKind::kString || !read_uuid(value.text, uuid)) {
    return std::nullopt;
  }
  auto* text = palloc_array<char>(kUuidText);
  print_uuid(uuid, text);
  JsonValue written = value;
  written.text = {text, kUuidText};
  return written;
}

/// Returns the distinct scalars at the path or, if `are_uuids`, the distinct UUIDs, in memory of
/// the current context.
std::span<const JsonValue> facets_of(const PayloadPath& path, const Jsonb* document,
                                     bool are_uuids) {
  GrowingArray<JsonValue> found{};
  any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
    const std::optional<JsonValue> facet = are_uuids         ? as_uuid(value)
                                           : is_facet(value) ? std::optional{value}
                                                             : std::nullopt;
    if (facet.has_value()) {
      found.push(*facet, CurrentMemoryContext);
    }
    return false;
  });
  interruptible_sort(found.at, found.count, [](const JsonValue& a, const JsonValue& b) {
    return compare_scalars(a, b) < 0;
  });
  return first_of_each({found.at, static_cast<std::size_t>(found.count)});
}

Datum as_jsonb(const JsonValue& value) {
  JsonbValue scalar;
  if (value.kind == JsonKind::kBool) {
    scalar.type = jbvBool;
    scalar.val.boolean = value.boolean;
  } else if (value.kind == JsonKind::kString) {
    scalar.type = jbvString;
    scalar.val.string.val = const_cast<char*>(value.text.data());
    scalar.val.string.len = static_cast<int>(value.text.size());
  } else {
    scalar.type = jbvNumeric;
    scalar.val.numeric = static_cast<Numeric>(const_cast<void*>(value.container));
  }
  return JsonbPGetDatum(JsonbValueToJsonb(&scalar));
}

/// Returns the column that the key names in a collection without a payload, or InvalidAttrNumber if
/// the collection has a payload. Raises an ERROR unless the column's type is one of the server: a
/// function of the type's owner would convert other values to JSON.
AttrNumber column_of_key(const Collection& collection, std::string_view key) {
  if (collection.payload != InvalidAttrNumber) {
    return InvalidAttrNumber;
  }
  const AttrNumber column = get_attnum(collection.relid, cstring_of(key));
  if (column <= 0 || get_atttype(collection.relid, column) >= FirstNormalObjectId) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("collection \"%s\" has no payload, and no column \"%.*s\" of a type of "
                           "the server",
                           collection.name, static_cast<int>(key.size()), key.data())));
  }
  return column;
}

/// Returns the plan that counts the points with each value, the most frequent value first.
SPIPlanPtr facet_plan(const PointTarget& target, AttrNumber column) {
  const Collection& collection = *target.collection;
  struct Shape {
    PointTarget::Shape target;
    AttrNumber column;
  };
  const Shape shape{.target = target.shape(), .column = column};
  return kept_plan(
      statement_key(collection.relid, StatementKind::kFacet, shape), [&](StatementDraft& draft) {
        draft.declare(TEXTOID).declare(INT8OID);
        draft << "SELECT f.value, pg_catalog.count(*) FROM "
                 "(SELECT vecext.payload_facets(";
        if (column == InvalidAttrNumber) {
          (draft << "t.").column(collection.relid, collection.payload)
              << ", $1, EXISTS (SELECT FROM vecext.payload_indexes AS i"
                 " WHERE i.relid OPERATOR(pg_catalog.=) "
              << psprintf("%u", collection.relid)
              << "::pg_catalog.oid AND i.type OPERATOR(pg_catalog.=) 'uuid'"
                 " AND vecext_internal.canonical_path(i.key) OPERATOR(pg_catalog.=)"
                 " vecext_internal.canonical_path($1))";
        } else {
          (draft << "pg_catalog.jsonb_build_object('key', t.").column(collection.relid, column)
              << "), 'key'";
        }
        (draft << ") AS value FROM ").table(collection.relid) << " AS t WHERE ";
        append_target(target, "t", draft);
        draft << ") AS f GROUP BY f.value ORDER BY 2 DESC, 1 LIMIT $2";
      });
}

}  // namespace

VECEXT_FUNCTION(vecext_payload_facets)
{
  FuncCallContext* call;
  if (SRF_IS_FIRSTCALL()) {
    call = SRF_FIRSTCALL_INIT();
    const MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);
    const PayloadPath path = path_of_text(text_argument(fcinfo, 1));
    const bool are_uuids = PG_NARGS() > 2 && PG_GETARG_BOOL(2);
    call->user_fctx = palloc_object<Facets>(
        Facets{.values = facets_of(path, PG_GETARG_JSONB_P(0), are_uuids), .next = 0});
    MemoryContextSwitchTo(before);
  }
  call = SRF_PERCALL_SETUP();
  auto* facets = static_cast<Facets*>(call->user_fctx);
  if (facets->next == facets->values.size()) {
    SRF_RETURN_DONE(call);
  }
  SRF_RETURN_NEXT(call, as_jsonb(facets->values[facets->next++]));
}

VECEXT_FUNCTION(vecext_facet)
{
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "key");
  const std::string_view key = text_argument(fcinfo, 1);
  const int32 limit = count_argument(fcinfo, 3, "limit_", 1, 10);
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  check_query_limit(*collection, limit);
  const PointTarget target = filter_target(*collection, jsonb_argument(fcinfo, 2));
  const AttrNumber column = column_of_key(*collection, key);
  if (column == InvalidAttrNumber) {
    path_of_text(key);
    check_key(*collection, key);
  }
  const ParamListInfo parameters = parameters_with_target(
      {{TEXTOID, PG_GETARG_DATUM(1)}, {INT8OID, Int64GetDatum(limit)}}, target);
  const auto add_facet = [&](TupleTableSlot* row) {
    add_result_row<2>(rows, [&](Datum* values, bool* is_null) {
      values[0] = slot_getattr(row, 1, &is_null[0]);
      values[1] = slot_getattr(row, 2, &is_null[1]);
    });
  };
  const std::uint64_t count =
      with_statements([&] { return each_row(facet_plan(target, column), parameters, add_facet); });
  if (count == 0 && target.filter == nullptr) {
    tell_no_values(key, "a string, a number or a boolean");
  }
  PG_RETURN_NULL();
}

}  // namespace vecext::pg
