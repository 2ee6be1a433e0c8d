// vecext.sample() returns random points.
#include "pg/collection/common/point_id.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/selector.h"
#include "pg/collection/points/point_target.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_sample)
{
  const ResultRows rows = new_result_rows(fcinfo);
  const int32 limit = count_argument(fcinfo, 1, "limit_", 1, 10);
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  check_query_limit(*collection, limit);
  const PointTarget target = filter_target(*collection, jsonb_argument(fcinfo, 2));
  const PointSelector selector =
      read_selector(*collection, jsonb_argument(fcinfo, 3), jsonb_argument(fcinfo, 4));
  const auto add_point = [&](TupleTableSlot* row) {
    add_result_row<3>(rows, [&](Datum* values, bool* is_null) {
      values[0] = id_as_text(collection->id_type, id_of_row(*collection, row, 1));
      is_null[0] = false;
      point_output(selector, row, 2, values + 1, is_null + 1);
    });
  };
  struct Shape {
    PointSelector::Shape shown;
    PointTarget::Shape target;
  };
  const Shape shape{.shown = selector.shape(), .target = target.shape()};
  const auto write = [&](StatementDraft& draft) {
    draft.declare(INT8OID);
    (draft << "SELECT t.").column(collection->relid, collection->id);
    append_point_columns(selector, "t", draft);
    (draft << " FROM ").table(collection->relid) << " AS t WHERE ";
    append_target(target, "t", draft);
    draft << " ORDER BY pg_catalog.random() LIMIT $1";
  };
  const StatementKey key = statement_key(collection->relid, StatementKind::kSample, shape);
  with_statements([&] {
    each_row(kept_plan(key, write),
             parameters_with_target({{INT8OID, Int64GetDatum(limit)}}, target), add_point);
  });
  PG_RETURN_NULL();
}

}  // namespace vecext::pg
