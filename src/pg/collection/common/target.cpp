#include "pg/collection/common/target.h"

#include "pg/collection/common/point_id.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

PointTarget read_target(const Collection& collection, Jsonb* ids, Jsonb* filter) {
  if (ids == nullptr && filter == nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("ids or a filter must be given"),
             errhint("The filter {} means all points.")));
  }
  PointTarget target{
      .collection = &collection, .has_ids = ids != nullptr, .ids = Datum{0}, .filter = filter};
  if (ids != nullptr) {
    target.ids = ids_from_json(collection.id_type, ids, JsonPlace::argument("ids"));
  }
  return target;
}

void append_target(const PointTarget& target, const char* alias, StatementDraft& draft) {
  const Collection& collection = *target.collection;
  const char* separator = "";
  if (target.has_ids) {
    (draft << alias << ".").column(collection.relid, collection.id)
        << " OPERATOR(pg_catalog.=) ANY (";
    draft.parameter(get_array_type(collection.id_type)) << ")";
    separator = " AND ";
  }
  if (target.filter != nullptr) {
    (draft << separator).matches(alias);
  } else if (!target.has_ids) {
    draft << "true";
  }
  draft.planning = StatementPlanning::kCustom;
}

void set_target(const PointTarget& target, ParamListInfo parameters, int* number) {
  if (target.has_ids) {
    set_parameter(parameters, (*number)++, get_array_type(target.collection->id_type), target.ids);
  }
  if (target.filter != nullptr) {
    set_parameter(parameters, (*number)++, JSONBOID, JsonbPGetDatum(target.filter));
  }
}

namespace {

/// Executes a statement that locks points and returns their ids.
LockedPoints lock_by(SPIPlanPtr plan, ParamListInfo parameters, Oid id_type) {
  int16 length;
  bool is_by_value;
  get_typlenbyval(id_type, &length, &is_by_value);
  GrowingArray<Datum> ids{};
  auto take = [&](TupleTableSlot* row) {
    bool is_null;
    ids.push(datumCopy(slot_getattr(row, 1, &is_null), is_by_value, length), CurrentMemoryContext);
  };
  execute_statement(plan, parameters, StatementAccess::kWrites, &take);
  return {.ids = id_array(id_type, ids.at, ids.count),
          .count = static_cast<std::uint64_t>(ids.count)};
}

/// Appends what locks the points of the alias t that the condition before it is about, in the order
/// in which all functions write points, so that none waits for another in a circle.
void append_lock(const Collection& collection, StatementDraft& draft) {
  (draft << " ORDER BY t.").column(collection.relid, collection.id);
  draft << (collection.id_type == TEXTOID ? " COLLATE pg_catalog.\"C\"" : "") << " FOR UPDATE OF t";
}

}  // namespace

LockedPoints lock_target(PointTarget* target) {
  const Collection& collection = *target->collection;
  const SPIPlanPtr plan = statement(
      {collection.relid, StatementKind::kLockTarget, target->shape()}, [&](StatementDraft& draft) {
        (draft << "SELECT t.").column(collection.relid, collection.id);
        (draft << " FROM ").table(collection.relid) << " AS t WHERE ";
        append_target(*target, "t", draft);
        append_lock(collection, draft);
      });
  const ParamListInfo parameters = new_parameters(target_parameters(*target));
  int number = 1;
  set_target(*target, parameters, &number);
  const LockedPoints locked = lock_by(plan, parameters, collection.id_type);
  target->ids = locked.ids;
  return locked;
}

}  // namespace vecext::pg
