// The functions vecext.search_groups(), recommend_groups() and query_groups().
#include <cmath>

#include "pg/collection/query/groups.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/query_arguments.h"
#include "pg/collection/query/query_parse.h"
#include "pg/collection/query/query_strict.h"
#include "pg/collection/common/column_vector.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/search/show_points.h"
#include "core/value/uuid_text.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

/// Another collection. Beside each group, its point whose id is the group's key is shown.
struct Lookup {
  const Collection* collection;  // null if there is none
  PointSelector shown;
};

Lookup parse_lookup(const Json* json) {
  if (json == nullptr) {
    return {};
  }
  if (is_string(*json)) {
    const Collection* collection = other_collection(text_of(json->value));
    return {collection, read_selector(*collection, DatumGetJsonbP(jsonb_of_bool(true)), nullptr)};
  }
  check_members(*json, {"collection", "with_payload", "with_vectors"});
  const Json* name = member(*json, "collection");
  if (name == nullptr) {
    refuse(*json, "\"collection\" is missing");
  }
  const Collection* collection = other_collection(string_of(*name));
  const Json* payload = member(*json, "with_payload");
  const Json* vectors = member(*json, "with_vectors");
  return {
      collection,
      read_selector(*collection,
                    DatumGetJsonbP(payload == nullptr ? jsonb_of_bool(true) : jsonb_of(*payload)),
                    vectors == nullptr ? nullptr : DatumGetJsonbP(jsonb_of(*vectors)))};
}

/// True if a key can be an id of that type.
bool is_id_of(Oid type, const JsonValue& key) {
  const bool is_integer = key.kind == JsonKind::kNumber && key.is_integer;
  std::uint8_t bytes[16];
  switch (type) {
    case INT8OID:
      return is_integer;
    case INT4OID:
      return is_integer && key.integer >= PG_INT32_MIN && key.integer <= PG_INT32_MAX;
    case TEXTOID:
      return key.kind == JsonKind::kString;
    case UUIDOID:
      return key.kind == JsonKind::kString && read_uuid(key.text, bytes);
    default:
      return natural_number(key).has_value() ||
             (key.kind == JsonKind::kString && read_uuid(key.text, bytes));
  }
}

/// Adds an id to a document as results show it: as a number if `key` is one, and as a string
/// otherwise. The key may be the id in another form.
void add_id(JsonbWriter* writer, Oid type, Datum id, const JsonValue& key) {
  const Datum shown = id_as_text(type, id);
  if (key.kind != JsonKind::kNumber) {
    writer->add(WJB_VALUE, view_of(shown));
    return;
  }
  JsonbValue number;
  number.type = jbvNumeric;
  number.val.numeric =
      DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(TextDatumGetCString(shown)),
                                          ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  writer->add(WJB_VALUE, number);
}

/// Sets `found` to the point of the other collection whose id is the key, as {"id", "payload",
/// "vector"}. Returns false if there is no such point.
bool look_up(const Lookup& lookup, const JsonValue& key, Datum* found) {
  if (lookup.collection == nullptr || !is_id_of(lookup.collection->id_type, key)) {
    return false;
  }
  check_unchanged(*lookup.collection);
  Hits hits{.list = {}, .order = ScoreOrder::kAsListed};
  Hit hit{};
  hit.id = id_from_json(lookup.collection->id_type, jsonb_value_of_key(key),
                        JsonPlace::argument("group_key"));
  hits.list.push(hit, CurrentMemoryContext);
  if (!read_points(*lookup.collection, lookup.shown, &hits)) {
    return false;
  }
  JsonbWriter writer;
  writer.begin_object();
  writer.key("id");
  add_id(&writer, lookup.collection->id_type, hit.id, key);
  const Hit& shown = hits.list.at[0];
  if (shown.has_payload) {
    writer.key("payload");
    writer.add(WJB_VALUE, value_of(DatumGetJsonbP(shown.payload)));
  }
  if (shown.has_vectors) {
    writer.key("vector");
    writer.add(WJB_VALUE, value_of(DatumGetJsonbP(shown.vectors)));
  }
  writer.end_object();
  *found = writer.datum();
  return true;
}

Datum return_groups(FunctionCallInfo fcinfo, Query* query, const GroupRequest& request,
                    const Lookup& lookup) {
  const ResultRows rows = new_result_rows(fcinfo);
  const Collection& collection = *query->source.collection;
  check_strict_groups(*query, request);
  with_statements([&] {
    const Groups groups = run_groups(query, request);
    const Oid id_type = collection.id_type;
    const bool is_binary = query->shown.is_binary();
    for (int64 i = 0; i < groups.list.count; ++i) {
      Group& group = groups.list.at[i];
      const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
      show_points(collection, query->shown, &group.hits);
      const Datum key = jsonb_of_key(group.key);
      Datum found{};
      const bool is_found = look_up(lookup, group.key, &found);
      for (int64 k = 0; k < group.hits.list.count; ++k) {
        const Hit& hit = group.hits.list.at[k];
        Datum values[] = {key,
                          Int32GetDatum(static_cast<int32>(i + 1)),
                          id_as_text(id_type, hit.id),
                          Float8GetDatum(hit.score),
                          hit.payload,
                          hit.vectors,
                          found,
                          hit.vectors};
        bool nulls[] = {false,
                        false,
                        false,
                        std::isnan(hit.score),
                        !hit.has_payload,
                        !hit.has_vectors || is_binary,
                        !is_found,
                        !hit.has_vectors || !is_binary};
        tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, values, nulls);
      }
      MemoryContextSwitchTo(before);
      MemoryContextReset(rows.of_row);
    }
  });
  return Datum{0};
}

GroupRequest request_of_arguments(FunctionCallInfo fcinfo, int group_by, int limit, int size) {
  refuse_null(fcinfo, group_by, "group_by");
  const std::string_view key = text_argument(fcinfo, group_by);
  return group_request(pnstrdup(key.data(), key.size()),
                       count_argument(fcinfo, limit, "limit_", 1, kDefaultLimit),
                       count_argument(fcinfo, size, "group_size", 1, kDefaultGroupSize));
}

}  // namespace

VECEXT_FUNCTION(vecext_search_groups)
{
  refuse_null(fcinfo, 1, "query");
  Query* query = query_of_arguments(fcinfo, {.limit = 3,
                                             .filter = 5,
                                             .vector_name = 6,
                                             .lookup_from = -1,
                                             .offset = -1,
                                             .params = 7,
                                             .score_threshold = 8,
                                             .with_payload = 9,
                                             .with_vectors = 10});
  query->ranking = nearest_to(vector_for_column(*query->column, PG_GETARG_DATUM(1)));
  return return_groups(fcinfo, query, request_of_arguments(fcinfo, 2, 3, 4),
                       parse_lookup(request_argument(fcinfo, 11, "with_lookup")));
}

VECEXT_FUNCTION(vecext_recommend_groups)
{
  Query* query = query_of_arguments(fcinfo, {.limit = 5,
                                             .filter = 7,
                                             .vector_name = 8,
                                             .lookup_from = 9,
                                             .offset = -1,
                                             .params = 10,
                                             .score_threshold = 11,
                                             .with_payload = 12,
                                             .with_vectors = 13});
  set_recommend(query, fcinfo, 2);
  return return_groups(fcinfo, query, request_of_arguments(fcinfo, 1, 5, 6),
                       parse_lookup(request_argument(fcinfo, 14, "with_lookup")));
}

VECEXT_FUNCTION(vecext_query_groups)
{
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  const Json& request = *request_argument(fcinfo, 1, "request");
  Query* query = parse_group_query(*collection, request, given_vectors(fcinfo, 2));
  const Json* key = member(request, "group_by");
  if (key == nullptr) {
    refuse(request, "\"group_by\" is missing");
  }
  return return_groups(
      fcinfo, query,
      group_request(string_of(*key), query->limit,
                    integer_member(request, "group_size", 1, PG_INT32_MAX, kDefaultGroupSize)),
      parse_lookup(member(request, "with_lookup")));
}

}  // namespace vecext::pg
