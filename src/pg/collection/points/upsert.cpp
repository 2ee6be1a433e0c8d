// vecext.upsert() of points in JSON, and vecext.update_vectors().
#include <algorithm>

#include "pg/collection/common/point_id.h"
#include "pg/collection/points/point_request.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/strict/strict.h"
#include "pg/collection/points/write_points.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Reads the points of a request into rows. If several points have the same id, the last one
/// counts. With kUpdateVectors, this also has the vectors of the earlier points that it does not
/// have itself.
void fill_rows(const PointReader& reader, const PointRequests& points, WriteMode mode,
               PointRows* rows) {
  const Collection& collection = *reader.collection;
  const int columns = rows->columns();
  auto* values = palloc0_array<Datum>(columns + 1);
  auto* is_null = palloc0_array<bool>(columns + 1);
  const MemoryContext of_point =
      AllocSetContextCreate(CurrentMemoryContext, "vecext point", ALLOCSET_DEFAULT_SIZES);
  bool is_first = true;  // the point is the first of those with its id
  for (std::int64_t i = 0; i < points.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const PointRequest& point = points.at[i];
    const MemoryContext before = MemoryContextSwitchTo(of_point);
    values[0] = point.id;
    if (is_first || mode != WriteMode::kUpdateVectors) {
      std::fill_n(is_null + 1, collection.vector_count, true);
    }
    read_vectors(reader, point, values + 1, is_null + 1);
    if (rows->has_payload) {
      values[columns - 1] = read_payload(reader, point);
    }
    MemoryContextSwitchTo(before);
    const bool is_last = i + 1 == points.count ||
                         compare_ids(collection.id_type, point.id, points.at[i + 1].id) != 0;
    if (is_last) {
      add_point_row(rows, values, is_null);
      MemoryContextReset(of_point);
    }
    is_first = is_last;
  }
  MemoryContextDelete(of_point);
}

Datum write_request(const Collection& collection, Jsonb* points, const WriteRule& rule) {
  const bool has_payload = rule.mode != WriteMode::kUpdateVectors && collection.payload > 0;
  const JsonPlace place = JsonPlace::argument("points");
  const PointRequests requests = parse_points(collection, points, place, has_payload);
  check_batch(collection, requests.count);
  PointRows rows = new_point_rows(collection, has_payload);
  fill_rows(new_point_reader(collection, place), requests, rule.mode, &rows);
  return Int64GetDatum(static_cast<int64>(write_points(&rows, rule)));
}

}  // namespace

VECEXT_FUNCTION(vecext_upsert)
{
  refuse_null(fcinfo, 1, "points");
  const WriteRule rule = write_rule_argument(fcinfo, 2, 3);
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  return write_request(*collection, PG_GETARG_JSONB_P(1), rule);
}

VECEXT_FUNCTION(vecext_update_vectors)
{
  refuse_null(fcinfo, 1, "points");
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  return write_request(*collection, PG_GETARG_JSONB_P(1),
                       {.mode = WriteMode::kUpdateVectors, .condition = jsonb_argument(fcinfo, 2)});
}

}  // namespace vecext::pg
