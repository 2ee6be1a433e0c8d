#include "pg/collection/points/point_target.h"

#include "pg/collection/common/point_id.h"

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
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

StatementDraft& append_id_equals(const Collection& collection, const char* alias,
                                 StatementDraft& draft) {
  (draft << alias << ".").column(collection.relid, collection.id) << " ";
  return draft.op(id_operator(collection.id_type, BTEqualStrategyNumber)) << " ";
}

void append_target(const PointTarget& target, const char* alias, StatementDraft& draft) {
  const Collection& collection = *target.collection;
  const char* separator = "";
  if (target.has_ids) {
    append_id_equals(collection, alias, draft) << "ANY (";
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

ParamListInfo parameters_with_target(std::initializer_list<StatementParameter> first,
                                     const PointTarget& target) {
  const bool has_filter = target.filter != nullptr;
  const ParamListInfo parameters =
      parameter_list(first, (target.has_ids ? 1 : 0) + (has_filter ? 1 : 0));
  int number = static_cast<int>(first.size()) + 1;
  if (target.has_ids) {
    set_parameter(parameters, number++, get_array_type(target.collection->id_type), target.ids);
  }
  if (has_filter) {
    set_parameter(parameters, number, JSONBOID, JsonbPGetDatum(target.filter));
  }
  return parameters;
}

bool may_lock_points(const Collection& collection) {
  const Oid user = GetUserId();
  return check_enable_rls(collection.relid, InvalidOid, true) != RLS_ENABLED &&
         (pg_class_aclcheck(collection.relid, user, ACL_UPDATE) == ACLCHECK_OK ||
          pg_attribute_aclcheck_all(collection.relid, user, ACL_UPDATE, ACLMASK_ANY) ==
              ACLCHECK_OK);
}

bool may_share_ids(const Collection& collection) {
  return get_rel_relkind(collection.relid) == RELKIND_RELATION && has_subclass(collection.relid);
}

std::uint32_t LockedPoints::digits() const {
  std::uint32_t digits = 1;
  for (std::uint64_t left = count(); left >= 10; left /= 10) {
    ++digits;
  }
  return digits;
}

LockedPoints lock_target(const PointTarget& target) {
  const Collection& collection = *target.collection;
  // This is the lock of the change that follows. FOR UPDATE takes a weaker lock on the table, and
  // keeps its locks on indexes: a REINDEX which got the table between the two statements would wait
  // for the locks on indexes, and the change for the REINDEX.
  LockRelationOid(collection.relid, RowExclusiveLock);
  const SPIPlanPtr plan =
      kept_plan(statement_key(collection.relid, StatementKind::kLockTarget, target.shape()),
                [&](StatementDraft& draft) {
                  (draft << "SELECT t.").column(collection.relid, collection.id);
                  (draft << " FROM ").table(collection.relid) << " AS t WHERE ";
                  append_target(target, "t", draft);
                  (draft << " ORDER BY t.").column(collection.relid, collection.id);
                  draft << (collection.id_type == TEXTOID ? " COLLATE pg_catalog.\"C\"" : "")
                        << " FOR UPDATE OF t";
                });
  LockedPoints locked{.row = CreateTemplateTupleDesc(1),
                      .ids = tuplestore_begin_heap(false, false, work_mem)};
  TupleDescInitEntry(locked.row, 1, "id", collection.id_type, -1, 0);
  finish_row_type(locked.row);
  // This must be set before rows are added: scans set it later, when rows may be on disk already.
  tuplestore_set_eflags(locked.ids, EXEC_FLAG_REWIND);
  auto keep_id = [&](TupleTableSlot* row) {
    // id_of_row() raises an ERROR if the id is null: the change that follows would leave out such a
    // row.
    id_of_row(collection, row, 1);
    tuplestore_puttupleslot(locked.ids, row);
  };
  execute_statement(plan, parameters_with_target({}, target), StatementAccess::kWrites, &keep_id);
  return locked;
}

void show_locked(const LockedPoints& locked) {
  double expected = 1;
  for (std::uint32_t left = locked.digits(); left > 0; --left) {
    expected *= 10;
  }
  name_rows_as_table("vecext_locked", locked.row, locked.ids, expected);
}

void end_locked(const LockedPoints& locked) {
  tuplestore_end(locked.ids);
}

void append_locked(const Collection& collection, const char* alias, StatementDraft& draft) {
  append_id_equals(collection, alias, draft) << "ANY (SELECT l.id FROM vecext_locked AS l)";
  // A kept plan could be out of date, as the table may have grown since.
  draft.planning = StatementPlanning::kCustom;
}

}  // namespace vecext::pg
