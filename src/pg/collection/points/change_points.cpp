// Functions that delete points, delete vectors of points, or change payloads.
#include "pg/collection/common/payload_edit.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/request.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/strict/strict.h"
#include "pg/collection/points/point_target.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/bitmapset.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// A set of the vectors that a change is about, with a bit for each vector.
struct VectorBits {
  std::array<std::uint8_t, 32> bytes;

  static constexpr int kMost = 256;
  void add(int vector) { bytes[vector / 8] |= static_cast<std::uint8_t>(1U << (vector % 8)); }
};

constexpr VectorBits kNoVectors{};

/// The text and the plan of a statement that changes points depend on these.
struct ChangeShape {
  VectorBits vectors;
  PointTarget::Shape target;  // valid if the points are not locked
  std::uint16_t digits;       // LockedPoints::digits(); 0 if the points are not locked
};

/// Changes the points of `locked` or, if that is null, those of `target`, and returns their number.
/// append(draft) writes the statement up to its condition; `arguments` are its parameters $1, ….
/// extra(draft) appends further conditions. `vectors` is the set of vectors that the statement is
/// about, or null if they do not fit in such a set: then the plan is not kept.
template <class Append, class Extra>
Datum change_points(const PointTarget& target, const LockedPoints* locked, StatementKind kind,
                    const VectorBits* vectors, std::initializer_list<StatementParameter> arguments,
                    Append append, Extra extra) {
  const auto write = [&](StatementDraft& draft) {
    for (const StatementParameter& argument : arguments) {
      draft.declare(argument.type);
    }
    append(draft);
    draft << " WHERE ";
    if (locked == nullptr) {
      append_target(target, "t", draft);
    } else {
      append_locked(*target.collection, "t", draft);
    }
    extra(draft);
  };
  const auto plan_of_kind = [&] {
    ChangeShape shape{.vectors = *vectors, .target = {}, .digits = 0};
    if (locked == nullptr) {
      shape.target = target.shape();
    } else {
      shape.digits = static_cast<std::uint16_t>(locked->digits());
    }
    return kept_plan(statement_key(target.collection->relid, kind, shape), write);
  };
  const SPIPlanPtr plan = vectors == nullptr ? plan_once(write) : plan_of_kind();
  const ParamListInfo parameters =
      locked == nullptr ? parameters_with_target(arguments, target) : parameter_list(arguments);
  return Int64GetDatum(static_cast<int64>(execute_change(plan, parameters)));
}

Written written_by(StatementKind kind) {
  return {.points = 0,
          .has_vectors = false,
          .has_payloads =
              kind == StatementKind::kSetPayload || kind == StatementKind::kOverwritePayload};
}

/// Changes the points of the target without locking them in order first.
template <class Append, class Extra>
Datum change_unordered(const PointTarget& target, StatementKind kind, const VectorBits* vectors,
                       std::initializer_list<StatementParameter> arguments, Append append,
                       Extra extra) {
  return with_statements([&] {
    const Datum changed = change_points(target, nullptr, kind, vectors, arguments, append, extra);
    check_totals(*target.collection, written_by(kind));
    return changed;
  });
}

/// Locks the points of the target in the order of compare_ids(), and then changes them.
template <class Append, class Extra>
Datum change(const PointTarget& target, StatementKind kind, const VectorBits* vectors,
             std::initializer_list<StatementParameter> arguments, Append append, Extra extra) {
  if (may_share_ids(*target.collection)) {
    return change_unordered(target, kind, vectors, arguments, append, extra);
  }
  LockedPoints locked{};
  const Datum changed = with_statements([&] {
    locked = lock_target(target);
    show_locked(locked);
    const Datum count = change_points(target, &locked, kind, vectors, arguments, append, extra);
    check_totals(*target.collection, written_by(kind));
    return count;
  });
  end_locked(locked);
  return changed;
}

/// Sets the payloads of the target's points to the expression that append_value() writes, if it
/// differs from the present payload.
template <class AppendValue>
Datum change_payload(const PointTarget& target, StatementKind kind,
                     std::initializer_list<StatementParameter> arguments,
                     AppendValue append_value) {
  const Collection& collection = *target.collection;
  if (collection.payload == InvalidAttrNumber) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("collection \"%s\" has no payload", collection.name)));
  }
  // A null payload counts as an empty object, as in filters.
  const char* column =
      psprintf("COALESCE(t.%s, '{}'::pg_catalog.jsonb)",
               quote_identifier(get_attname(collection.relid, collection.payload, false)));
  return change(
      target, kind, &kNoVectors, arguments,
      [&](StatementDraft& draft) {
        (draft << "UPDATE ").table(collection.relid) << " AS t SET ";
        draft.column(collection.relid, collection.payload) << " = ";
        append_value(draft, column);
      },
      [&](StatementDraft& draft) {
        draft << " AND NOT " << column << " OPERATOR(pg_catalog.=) ";
        append_value(draft, column);
      });
}

PointTarget target_argument(FunctionCallInfo fcinfo, const Collection& collection, int ids) {
  Jsonb* filter = jsonb_argument(fcinfo, ids + 1);
  check_filter(collection, filter, FilterUse::kUpdate);
  return read_target(collection, jsonb_argument(fcinfo, ids), filter);
}

Jsonb* object_argument(FunctionCallInfo fcinfo, int n, const char* name) {
  Jsonb* value = PG_GETARG_JSONB_P(n);
  if (!JB_ROOT_IS_OBJECT(value)) {
    refuse(JsonPlace::argument(name), psprintf("%s must be an object", name));
  }
  return value;
}

Datum overwrite_payload(FunctionCallInfo fcinfo, Jsonb* payload, int target) {
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  return change_payload(target_argument(fcinfo, *collection, target),
                        StatementKind::kOverwritePayload, {{JSONBOID, JsonbPGetDatum(payload)}},
                        [](StatementDraft& draft, const char*) { draft << "$1"; });
}

/// Returns the vectors that `names` lists, as a set of indices into Collection::vectors.
Bitmapset* vectors_argument(const Collection& collection, ArrayType* names) {
  Bitmapset* vectors = nullptr;
  const ArrayElements elements = elements_of(names);
  for (int i = 0; i < elements.count; ++i) {
    if (elements.is_null[i]) {
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                      errmsg("name of a vector must not be null")));
    }
    const CollectionVector& vector = vector_of_name(collection, view_of(elements.at[i]));
    vectors = bms_add_member(vectors, static_cast<int>(&vector - collection.vectors));
  }
  return vectors;
}

/// Returns the set with a bit for each of the vectors, or nothing if an index is too large for it.
std::optional<VectorBits> bits_of(const Bitmapset* vectors) {
  VectorBits bits{};
  for (int i = -1; (i = bms_next_member(vectors, i)) >= 0;) {
    if (i >= VectorBits::kMost) {
      return std::nullopt;
    }
    bits.add(i);
  }
  return bits;
}

/// Calls visit(AttrNumber) for each of the vectors.
template <class Visit>
void each_vector(const Collection& collection, const Bitmapset* vectors, Visit visit) {
  for (int i = -1; (i = bms_next_member(vectors, i)) >= 0;) {
    visit(collection.vectors[i].column);
  }
}

Datum delete_vectors(const PointTarget& target, const Bitmapset* vectors) {
  const Collection& collection = *target.collection;
  const std::optional<VectorBits> bits = bits_of(vectors);
  return change(
      target, StatementKind::kDeleteVectors, bits.has_value() ? &*bits : nullptr, {},
      [&](StatementDraft& draft) {
        (draft << "UPDATE ").table(collection.relid) << " AS t";
        const char* separator = " SET ";
        each_vector(collection, vectors, [&](AttrNumber column) {
          (draft << separator).column(collection.relid, column) << " = NULL";
          separator = ", ";
        });
      },
      [&](StatementDraft& draft) {
        const char* separator = " AND (t.";
        each_vector(collection, vectors, [&](AttrNumber column) {
          (draft << separator).column(collection.relid, column) << " IS NOT NULL";
          separator = " OR t.";
        });
        draft << ")";
      });
}

}  // namespace

VECEXT_FUNCTION(vecext_delete_points)
{
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kDelete);
  const PointTarget target = target_argument(fcinfo, *collection, 1);
  const auto append = [&](StatementDraft& draft) {
    (draft << "DELETE FROM ").table(collection->relid) << " AS t";
  };
  const auto extra = [](StatementDraft&) {};
  if (may_lock_points(*collection)) {
    return change(target, StatementKind::kDeletePoints, &kNoVectors, {}, append, extra);
  }
  return change_unordered(target, StatementKind::kDeletePoints, &kNoVectors, {}, append, extra);
}

VECEXT_FUNCTION(vecext_delete_vectors)
{
  refuse_null(fcinfo, 1, "vector_names");
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  const Bitmapset* vectors = vectors_argument(*collection, PG_GETARG_ARRAYTYPE_P(1));
  const PointTarget target = target_argument(fcinfo, *collection, 2);
  if (bms_is_empty(vectors)) {
    PG_RETURN_INT64(0);
  }
  return delete_vectors(target, vectors);
}

VECEXT_FUNCTION(vecext_set_payload)
{
  refuse_null(fcinfo, 1, "payload");
  Jsonb* payload = object_argument(fcinfo, 1, "payload");
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  const PointTarget target = target_argument(fcinfo, *collection, 2);
  const bool has_key = !PG_ARGISNULL(4);
  if (has_key) {
    path_of_text(text_argument(fcinfo, 4));
  }
  return change_payload(target, StatementKind::kSetPayload,
                        {{JSONBOID, JsonbPGetDatum(payload)},
                         {TEXTOID, has_key ? PG_GETARG_DATUM(4) : Datum{0}, !has_key}},
                        [](StatementDraft& draft, const char* column) {
                          draft << "vecext.payload_merge(" << column << ", $1, $2)";
                        });
}

VECEXT_FUNCTION(vecext_overwrite_payload)
{
  refuse_null(fcinfo, 1, "payload");
  return overwrite_payload(fcinfo, object_argument(fcinfo, 1, "payload"), 2);
}

VECEXT_FUNCTION(vecext_clear_payload)
{
  return overwrite_payload(fcinfo,
                           DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))), 1);
}

VECEXT_FUNCTION(vecext_delete_payload)
{
  refuse_null(fcinfo, 1, "keys");
  paths_of_array(PG_GETARG_ARRAYTYPE_P(1));
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  return change_payload(target_argument(fcinfo, *collection, 2), StatementKind::kDeletePayload,
                        {{TEXTARRAYOID, PG_GETARG_DATUM(1)}},
                        [](StatementDraft& draft, const char* column) {
                          draft << "vecext.payload_remove(" << column << ", $1)";
                        });
}

}  // namespace vecext::pg
