#include "pg/collection/query/list_points.h"

#include <limits>

#include "pg/collection/common/point_id.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/datum.h"
}

namespace vecext::pg {

namespace {

/// Executes a statement that returns the ids of a list, in its order, in column `id_column`, and in
/// column `value_column`, unless that is 0, the values that the order is made by.
Hits read_list(SPIPlanPtr plan, ParamListInfo parameters, const Collection& collection,
               int id_column = 1, int value_column = 0) {
  Hits hits{.list = {}, .order = ScoreOrder::kAsListed};
  const MemoryContext context = CurrentMemoryContext;
  auto read_row = [&](TupleTableSlot* row) {
    slot_getallattrs(row);
    Hit hit{};
    hit.id = copy_id(collection, id_of_row(collection, row, id_column));
    hit.score = std::numeric_limits<double>::quiet_NaN();
    if (value_column > 0) {
      hit.order_value = datumCopy(*value_at(row, value_column), false, -1);
      hit.has_order_value = true;
    }
    hits.list.push(hit, context);
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &read_row);
  return hits;
}

void begin_list(StatementDraft* draft, const Collection& collection) {
  *draft << "SELECT t.";
  draft->column(collection.relid, collection.id);
  *draft << " FROM ";
  draft->table(collection.relid) << " AS t";
}

}  // namespace

Hits list_points(const RowSource& source, bool is_random, int64 count) {
  const Collection& collection = *source.collection;
  struct Shape {
    std::int32_t count;
    std::uint16_t is_random;
    RowSource::Shape source;
  };
  const Shape shape{
      .count = static_cast<std::int32_t>(count), .is_random = is_random, .source = source.shape()};
  const SPIPlanPtr plan =
      kept_plan(statement_key(collection.relid, StatementKind::kListPoints, shape),
                [&](StatementDraft& draft) {
                  begin_list(&draft, collection);
                  write_where(&draft, source);
                  if (is_random) {
                    draft << " ORDER BY pg_catalog.random()";
                  } else {
                    draft << " ORDER BY t.";
                    draft.column(collection.relid, collection.id);
                  }
                  draft << " LIMIT " << static_cast<int>(count);
                });
  const ParamListInfo parameters = new_parameters(condition_count(source));
  set_conditions(parameters, 1, source);
  return read_list(plan, parameters, collection);
}

Hits list_by_key(PointOrder order, const RowSource& source, int64 count) {
  const Collection& collection = *source.collection;
  resolve_order(collection, &order);
  enum { kKey = 1, kStart, kLimit, kOthers };
  struct Shape {
    PointOrder::Shape order;
    RowSource::Shape source;
  };
  const Shape shape{.order = order.shape(), .source = source.shape()};
  const SPIPlanPtr plan =
      kept_plan(statement_key(collection.relid, StatementKind::kOrderPoints, shape),
                [&](StatementDraft& draft) {
                  // The planner finds an index only if the path is a constant.
                  draft.planning = StatementPlanning::kCustom;
                  for (const Oid type : {Oid{TEXTOID}, order.value_type(), Oid{INT8OID}}) {
                    draft.parameters.push(type, CurrentMemoryContext);
                  }
                  append_points_in_order(
                      collection, order, {.key = kKey, .start = kStart, .limit = kLimit}, [] {},
                      [&](bool) {
                        WhereClause where(&draft, true);
                        write_conditions(&where, source);
                      },
                      draft);
                });
  // Each branch of the statement has the conditions.
  const int branches = order.has_index && order.has_arrays ? 2 : 1;
  const ParamListInfo parameters = new_parameters(kOthers - 1 + branches * condition_count(source));
  set_parameter(parameters, kKey, TEXTOID, order.key_text());
  set_parameter(parameters, kStart, order.value_type(), order.start(), !order.has_start);
  set_parameter(parameters, kLimit, INT8OID, Int64GetDatum(count));
  for (int branch = 0, next = kOthers; branch < branches; ++branch) {
    next = set_conditions(parameters, next, source);
  }
  const Hits hits = read_list(plan, parameters, collection, 2, kOrderColumns);
  if (hits.list.count == 0 && !order.has_start && !source.has_filter && !source.has_ids) {
    tell_no_places(order);
  }
  return hits;
}

}  // namespace vecext::pg
