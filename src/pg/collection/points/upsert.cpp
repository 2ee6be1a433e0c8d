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

WriteMode mode_of_name(std::string_view name) {
  if (name == "upsert") {
    return WriteMode::kUpsert;
  }
  if (name == "insert_only") {
    return WriteMode::kInsertOnly;
  }
  if (name == "update_only") {
    return WriteMode::kUpdateOnly;
  }
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("unknown mode \"%.*s\" of upsert", static_cast<int>(name.size()), name.data()),
           errdetail("Modes are upsert, insert_only and update_only.")));
}

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

std::uint64_t write_request(const Collection& collection, Jsonb* points, WriteMode mode,
                            Jsonb* condition) {
  const bool has_payload = mode != WriteMode::kUpdateVectors && collection.payload > 0;
  const JsonPlace place = JsonPlace::argument("points");
  const PointRequests requests = parse_points(collection, points, place, has_payload);
  check_batch(collection, requests.count);
  check_filter(collection, condition, FilterUse::kUpdate);
  PointRows rows = new_point_rows(collection, has_payload);
  fill_rows(new_point_reader(collection, place), requests, mode, &rows);
  const bool inserts = mode == WriteMode::kUpsert || mode == WriteMode::kInsertOnly;
  const Written totals{.points = inserts ? static_cast<std::int64_t>(rows.count) : 0,
                       .has_vectors = true,
                       .has_payloads = has_payload};
  const std::uint64_t written = with_statements([&] {
    lock_totals(collection, totals);
    const std::uint64_t count = write_points(&rows, mode, condition);
    check_totals(collection, totals);
    return count;
  });
  tuplestore_end(rows.store);
  return written;
}

}  // namespace

VECEXT_FUNCTION(vecext_upsert)
{
  refuse_null(fcinfo, 1, "points");
  const WriteMode mode =
      PG_ARGISNULL(2) ? WriteMode::kUpsert : mode_of_name(text_argument(fcinfo, 2));
  Jsonb* condition = jsonb_argument(fcinfo, 3);
  if (mode == WriteMode::kInsertOnly && condition != nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("upsert with mode insert_only takes no condition"),
             errdetail("A condition is on points that are there, and this mode keeps them.")));
  }
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  const std::uint64_t written = write_request(*collection, PG_GETARG_JSONB_P(1), mode, condition);
  PG_RETURN_INT64(static_cast<int64>(written));
}

VECEXT_FUNCTION(vecext_update_vectors)
{
  refuse_null(fcinfo, 1, "points");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  const std::uint64_t written =
      write_request(*collection, PG_GETARG_JSONB_P(1), WriteMode::kUpdateVectors, nullptr);
  PG_RETURN_INT64(static_cast<int64>(written));
}

}  // namespace vecext::pg
