// vecext.get_points() returns points by their ids.
#include "pg/collection/common/point_id.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/selector.h"
#include "pg/collection/common/statement.h"

extern "C" {
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// Returns the plan that reads one point by its id. It uses the index on ids at any size of the
/// table, while a plan that reads all ids at once would suit only the size at which it was made.
SPIPlanPtr point_plan(const PointSelector& selector) {
  const Collection& collection = *selector.collection;
  return kept_plan(statement_key(collection.relid, StatementKind::kGetPoints, selector.shape()),
                   [&](StatementDraft& draft) {
                     (draft << "SELECT t.").column(collection.relid, collection.id);
                     append_point_columns(selector, "t", draft);
                     (draft << " FROM ").table(collection.relid) << " AS t WHERE t.";
                     draft.column(collection.relid, collection.id) << " ";
                     draft.op(id_operator(collection.id_type, BTEqualStrategyNumber)) << " ";
                     draft.parameter(collection.id_type);
                     draft.planning = StatementPlanning::kGeneric;
                   });
}

}  // namespace

VECEXT_FUNCTION(vecext_get_points)
{
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "ids");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  const PointSelector selector =
      read_selector(*collection, jsonb_argument(fcinfo, 2), jsonb_argument(fcinfo, 3),
                    VectorOutput::kJsonOrBinary);
  const Oid id_type = collection->id_type;
  const JsonPlace place = JsonPlace::argument("ids");
  const JsonbValue ids = value_of(PG_GETARG_JSONB_P(1));
  const auto add_point = [&](TupleTableSlot* row) {
    add_result_row<4>(rows, [&](Datum* values, bool* is_null) {
      values[0] = id_as_text(id_type, slot_getattr(row, 1, &is_null[0]));
      point_output(selector, row, 2, values + 1, is_null + 1);
      values[3] = values[2];
      is_null[3] = is_null[2] || !selector.is_binary();
      is_null[2] = is_null[2] || selector.is_binary();
    });
  };
  with_statements([&] {
    const SPIPlanPtr plan = point_plan(selector);
    const ParamListInfo parameters = new_parameters(1);
    const auto look_up = [&](const JsonbValue& id, const JsonPlace& at) {
      CHECK_FOR_INTERRUPTS();
      set_parameter(parameters, 1, id_type, id_from_json(id_type, id, at));
      each_row(plan, parameters, add_point);
    };
    if (is_array(ids)) {
      each_element(ids, [&](std::int64_t i, const JsonbValue& id) { look_up(id, place.at(i)); });
    } else {
      refuse_body(place, ids, {"ids", "points"});
      look_up(ids, place);
    }
  });
  PG_RETURN_NULL();
}

}  // namespace vecext::pg
