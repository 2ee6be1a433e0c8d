#include "pg/collection/common/point_id.h"

#include <cmath>

#include "pg/payload/numeric_value.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

bool is_uuid(const JsonbValue& value) {
  pg_uuid_t uuid;
  return value.type == jbvString && read_uuid(text_of(value), uuid.data);
}

Datum integer_from_json(Oid type, const JsonbValue& value, const JsonPlace& place) {
  const JsonValue number = value.type == jbvNumeric
                               ? numeric_value(reinterpret_cast<const char*>(value.val.numeric))
                               : JsonValue{};
  if (!number.is_integer) {
    constexpr double kBeyond = 9223372036854775808.0;  // 2^63
    const bool is_beyond = value.type == jbvNumeric && std::fabs(number.number) >= kBeyond;
    refuse(place, is_beyond        ? "id is out of range for type bigint"
                  : is_uuid(value) ? "id must be an integer: a collection of numbers and UUIDs is "
                                     "created with options => '{\"id\": \"point_id\"}'"
                                   : "id must be an integer");
  }
  if (type == INT8OID) {
    return Int64GetDatum(number.integer);
  }
  if (number.integer < PG_INT32_MIN || number.integer > PG_INT32_MAX) {
    refuse(place, "id is out of range for type integer");
  }
  return Int32GetDatum(static_cast<int32>(number.integer));
}

Datum point_id_from_json(const JsonbValue& value, const JsonPlace& place) {
  std::uint8_t uuid[UUID_LEN];
  if (value.type == jbvString && read_uuid(text_of(value), uuid)) {
    return point_id_datum(point_id_of_uuid(uuid));
  }
  const auto number =
      value.type == jbvNumeric
          ? natural_number(numeric_value(reinterpret_cast<const char*>(value.val.numeric)))
          : std::nullopt;
  if (!number.has_value()) {
    refuse(place, value.type == jbvString
                      ? "id must be a number or a UUID"
                      : "id must be a number of 0 to 18446744073709551615 or a UUID");
  }
  return point_id_datum(point_id_of_number(*number));
}

Datum uuid_from_json(const JsonbValue& value, const JsonPlace& place) {
  auto* uuid = palloc0_object<pg_uuid_t>();
  if (value.type != jbvString || !read_uuid(text_of(value), uuid->data)) {
    refuse(place, "id must be a UUID");
  }
  return UUIDPGetDatum(uuid);
}

/// True if the text is an integer in decimal, of any length.
bool is_integer_text(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

template <class T>
int compare_values(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

}  // namespace

Datum id_from_json(Oid type, const JsonbValue& value, const JsonPlace& place) {
  switch (type) {
    case INT8OID:
    case INT4OID:
      return integer_from_json(type, value, place);
    case UUIDOID:
      return uuid_from_json(value, place);
    case TEXTOID:
      if (value.type != jbvString) {
        refuse(place, "id must be a string");
      }
      return text_datum(text_of(value));
    default:
      return point_id_from_json(value, place);
  }
}

Datum id_from_text(Oid type, std::string_view text, const JsonPlace& place) {
  if (is_point_id(type)) {
    PointId id;
    if (!parse_point_id(text, &id).ok()) {
      refuse(place, "id must be a number or a UUID");
    }
    return point_id_datum(id);
  }
  JsonbValue value;
  if ((type == INT8OID || type == INT4OID) && is_integer_text(text)) {
    value.type = jbvNumeric;
    value.val.numeric = DatumGetNumeric(
        DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(text.data(), text.size())),
                            ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  } else {
    value.type = jbvString;
    value.val.string.val = const_cast<char*>(text.data());
    value.val.string.len = static_cast<int>(text.size());
  }
  return id_from_json(type, value, place);
}

Datum id_of_row(const Collection& collection, TupleTableSlot* row, int column) {
  bool is_null;
  const Datum id = slot_getattr(row, column, &is_null);
  if (is_null) {
    ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
                    errmsg("a row of collection \"%s\" has no id", collection.name),
                    errhint("Delete rows whose column \"%s\" is null, and set it NOT NULL.",
                            get_attname(collection.relid, collection.id, false))));
  }
  return id;
}

Datum id_as_text(Oid type, Datum id) {
  switch (type) {
    case INT8OID:
      return CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(int8out, id)));
    case INT4OID:
      return CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(int4out, id)));
    case UUIDOID:
      return CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(uuid_out, id)));
    case TEXTOID:
      return PointerGetDatum(PG_DETOAST_DATUM_COPY(id));
    default: {
      char text[kMostPointIdText];
      const int length = print_point_id(point_id_of(id), text);
      return text_datum({text, static_cast<Size>(length)});
    }
  }
}

int compare_ids(Oid type, Datum a, Datum b) {
  switch (type) {
    case INT8OID:
      return compare_values(DatumGetInt64(a), DatumGetInt64(b));
    case INT4OID:
      return compare_values(DatumGetInt32(a), DatumGetInt32(b));
    case UUIDOID:
      return memcmp(DatumGetUUIDP(a), DatumGetUUIDP(b), UUID_LEN);
    case TEXTOID:
      return view_of(a).compare(view_of(b));
    default:
      return compare_point_ids(point_id_of(a), point_id_of(b));
  }
}

Oid id_operator(Oid type, StrategyNumber strategy) {
  const TypeCacheEntry* entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
  return get_opfamily_member(entry->btree_opf, entry->btree_opintype, entry->btree_opintype,
                             static_cast<int16>(strategy));
}

Datum id_array(Oid type, TupleDesc row, Tuplestorestate* rows) {
  int16 length;
  bool is_by_value;
  get_typlenbyval(type, &length, &is_by_value);
  auto* ids = huge_array<Datum>(tuplestore_tuple_count(rows) + 1);
  std::int64_t count = 0;
  TupleTableSlot* slot = MakeSingleTupleTableSlot(row, &TTSOpsMinimalTuple);
  tuplestore_rescan(rows);
  while (tuplestore_gettupleslot(rows, true, false, slot)) {
    bool is_null;
    ids[count++] = datumCopy(slot_getattr(slot, 1, &is_null), is_by_value, length);
  }
  ExecDropSingleTupleTableSlot(slot);
  return array_datum(type, {ids, static_cast<Size>(count)});
}

Datum ids_from_json(Oid type, Jsonb* ids, const JsonPlace& place) {
  const JsonbValue value = value_of(ids);
  if (!is_array(value)) {
    refuse_body(place, value, {"ids", "points"});
    const Datum id = id_from_json(type, value, place);
    return array_datum(type, {&id, 1});
  }
  const auto count = static_cast<Size>(size_of(value));
  auto* all = palloc_array<Datum>(count);
  each_element(value, [&](std::int64_t i, const JsonbValue& id) {
    all[i] = id_from_json(type, id, place.at(i));
  });
  return array_datum(type, {all, count});
}

}  // namespace vecext::pg
