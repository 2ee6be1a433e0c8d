#include "pg/collection/points/write_points.h"

#include "pg/collection/common/point_id.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/points/point_target.h"
#include "pg/collection/strict/strict.h"
#include "pg/condition/filter.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Calls visit(column of the collection, column of vecext_points) for each vector and for the
/// payload, if the rows have one.
template <class Visit>
void each_part(const PointRows& rows, Visit visit) {
  for (int i = 0; i < rows.collection->vector_count; ++i) {
    visit(rows.collection->vectors[i].column, psprintf("v%d", i));
  }
  if (rows.has_payload) {
    visit(rows.collection->payload, "payload");
  }
}

/// Appends INSERT INTO … AS t (…) SELECT … FROM vecext_points AS p ON CONFLICT (…).
void append_insert(const PointRows& rows, StatementDraft& draft) {
  const Collection& collection = *rows.collection;
  (draft << "INSERT INTO ").table(collection.relid) << " AS t (";
  draft.column(collection.relid, collection.id);
  each_part(rows, [&](AttrNumber column, const char*) {
    (draft << ", ").column(collection.relid, column);
  });
  draft << ") SELECT p.id";
  each_part(rows, [&](AttrNumber, const char* name) { draft << ", p." << name; });
  draft << " FROM vecext_points AS p ON CONFLICT (";
  if (collection.namespace_column != InvalidAttrNumber) {
    draft.column(collection.relid, collection.namespace_column) << ", ";
  }
  draft.column(collection.relid, collection.id) << ")";
}

void append_upsert(const PointRows& rows, WriteMode mode, bool has_condition,
                   StatementDraft& draft) {
  append_insert(rows, draft);
  if (mode == WriteMode::kInsertOnly || rows.columns() == 1) {
    draft << " DO NOTHING";
    return;
  }
  const char* separator = " DO UPDATE SET ";
  each_part(rows, [&](AttrNumber column, const char*) {
    (draft << separator).column(rows.collection->relid, column) << " = EXCLUDED.";
    draft.column(rows.collection->relid, column);
    separator = ", ";
  });
  if (has_condition) {
    (draft << " WHERE ").matches("t");
  }
}

void append_update(const PointRows& rows, WriteMode mode, bool has_condition,
                   StatementDraft& draft) {
  const Collection& collection = *rows.collection;
  (draft << "UPDATE ").table(collection.relid) << " AS t";
  const char* separator = " SET ";
  each_part(rows, [&](AttrNumber column, const char* name) {
    (draft << separator).column(collection.relid, column) << " = ";
    if (mode == WriteMode::kUpdateVectors) {
      (draft << "COALESCE(p." << name << ", t.").column(collection.relid, column) << ")";
    } else {
      draft << "p." << name;
    }
    separator = ", ";
  });
  append_id_equals(collection, "t", draft << " FROM vecext_points AS p WHERE ") << "p.id AND ";
  append_id_equals(collection, "t", draft) << "ANY (";
  draft.parameter(get_array_type(collection.id_type)) << ")";
  if (has_condition) {
    (draft << " AND ").matches("t");
  }
  draft.planning = StatementPlanning::kCustom;
}

/// Locks those points of the rows that the collection has already, in the order of compare_ids().
LockedPoints lock_points(const PointRows& rows) {
  return lock_target({.collection = rows.collection,
                      .has_ids = true,
                      .ids = ids_of_rows(rows),
                      .filter = nullptr});
}

/// Raises an ERROR that a point does not exist: the first one of the rows whose id is not in the
/// array `there`.
[[noreturn]] void refuse_missing_point(const Collection& collection, Datum there) {
  const Oid ids_type = get_array_type(collection.id_type);
  const StatementKey key = statement_key(collection.relid, StatementKind::kMissingPoint);
  const auto write = [&](StatementDraft& draft) {
    draft << "SELECT p.id FROM vecext_points AS p WHERE NOT p.id ";
    draft.op(id_operator(collection.id_type, BTEqualStrategyNumber)) << " ANY (";
    draft.parameter(ids_type) << ") ORDER BY p.id LIMIT 1";
  };
  const auto id = read_value(kept_plan(key, write), parameter_list({{ids_type, there}}));
  const char* shown =
      id.has_value() ? TextDatumGetCString(id_as_text(collection.id_type, *id)) : "";
  ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                  errmsg("point %s of collection \"%s\" does not exist", shown, collection.name),
                  about({.rule = psprintf("point %s", shown), .collection = collection.name})));
  pg_unreachable();
}

SPIPlanPtr write_plan(const PointRows& rows, WriteMode mode, bool has_condition) {
  struct Shape {
    WriteMode mode;
    bool has_condition;
    bool has_payload;
  };
  const Shape shape{.mode = mode, .has_condition = has_condition, .has_payload = rows.has_payload};
  return kept_plan(statement_key(rows.collection->relid, StatementKind::kUpsert, shape),
                   [&](StatementDraft& draft) {
                     if (mode == WriteMode::kUpsert || mode == WriteMode::kInsertOnly) {
                       append_upsert(rows, mode, has_condition, draft);
                     } else {
                       append_update(rows, mode, has_condition, draft);
                     }
                   });
}

std::uint64_t update_points(PointRows* rows, WriteMode mode, Jsonb* condition) {
  const Collection& collection = *rows->collection;
  const LockedPoints locked = lock_points(*rows);
  const std::uint64_t count = locked.count();
  const Datum ids = id_array(collection.id_type, locked.row, locked.ids);
  end_locked(locked);
  if (mode == WriteMode::kUpdateVectors && count < rows->count) {
    refuse_missing_point(collection, ids);
  }
  if (rows->columns() == 1) {
    return count;
  }
  const StatementParameter of_ids{get_array_type(collection.id_type), ids};
  return execute_change(write_plan(*rows, mode, condition != nullptr),
                        condition == nullptr
                            ? parameter_list({of_ids})
                            : parameter_list({of_ids, {JSONBOID, JsonbPGetDatum(condition)}}));
}

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

std::uint64_t execute_write(PointRows* rows, const WriteRule& rule) {
  if (rows->count == 0) {
    return 0;
  }
  show_point_rows(rows);
  const WriteMode mode = rule.mode;
  // The condition is on points that are there, which this mode keeps.
  Jsonb* condition = mode == WriteMode::kInsertOnly ? nullptr : rule.condition;
  if (mode == WriteMode::kUpdateOnly || mode == WriteMode::kUpdateVectors) {
    return update_points(rows, mode, condition);
  }
  return execute_change(
      write_plan(*rows, mode, condition != nullptr),
      condition == nullptr ? nullptr : parameter_list({{JSONBOID, JsonbPGetDatum(condition)}}));
}

}  // namespace

WriteRule write_rule_argument(FunctionCallInfo fcinfo, int mode, int condition) {
  const WriteRule rule{
      .mode = PG_ARGISNULL(mode) ? WriteMode::kUpsert : mode_of_name(text_argument(fcinfo, mode)),
      .condition = jsonb_argument(fcinfo, condition)};
  if (rule.mode == WriteMode::kInsertOnly && rule.condition != nullptr) {
    // No statement reads it. It is read here, so that one that is not a filter is an error.
    parse_filter(JsonbPGetDatum(rule.condition), JSONBOID, FilterDialect::kQdrant,
                 CurrentMemoryContext);
  }
  return rule;
}

std::uint64_t write_points(PointRows* rows, const WriteRule& rule) {
  const Collection& collection = *rows->collection;
  check_filter(collection, rule.condition, FilterUse::kUpdate);
  const bool inserts = rule.mode == WriteMode::kUpsert || rule.mode == WriteMode::kInsertOnly;
  const Written totals{.points = inserts ? static_cast<std::int64_t>(rows->count) : 0,
                       .has_vectors = true,
                       .has_payloads = rows->has_payload};
  const std::uint64_t written = with_statements([&] {
    lock_totals(collection, totals);
    const std::uint64_t count = execute_write(rows, rule);
    check_totals(collection, totals);
    return count;
  });
  tuplestore_end(rows->store);
  return written;
}

}  // namespace vecext::pg
