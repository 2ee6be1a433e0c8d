#include "pg/collection/points/point_rows.h"

#include "pg/collection/common/point_id.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
}

namespace vecext::pg {

namespace {

/// The rows of one call were in memory before; a batch of them stays there.
constexpr int kLeastMemory = 16 * 1024;  // kB

/// What plans assume; a statement is planned once for batches of all sizes.
constexpr double kUsualRows = 1000;

void describe_column(TupleDesc row, int column, const char* name, Oid type, int32 typmod) {
  TupleDescInitEntry(row, static_cast<AttrNumber>(column), name, type, typmod, 0);
}

}  // namespace

PointRows new_point_rows(const Collection& collection, bool has_payload) {
  PointRows rows{.collection = &collection,
                 .has_payload = has_payload && collection.payload != InvalidAttrNumber,
                 .row = nullptr,
                 .store = tuplestore_begin_heap(false, false, Max(work_mem, kLeastMemory)),
                 .count = 0};
  // Scans ask for that when the rows may be on disk already, where it is too late.
  tuplestore_set_eflags(rows.store, EXEC_FLAG_REWIND);
  rows.row = CreateTemplateTupleDesc(rows.columns());
  describe_column(rows.row, 1, "id", collection.id_type, -1);
  for (int i = 0; i < collection.vector_count; ++i) {
    // The type modifier is that of the column: its values are checked, and need no conversion.
    const CollectionVector& vector = collection.vectors[i];
    describe_column(rows.row, 2 + i, psprintf("v%d", i), vector.type, vector.typmod);
  }
  if (rows.has_payload) {
    describe_column(rows.row, rows.columns(), "payload", JSONBOID, -1);
  }
  return rows;
}

void add_point_row(PointRows* rows, const Datum* values, const bool* is_null) {
  tuplestore_putvalues(rows->store, rows->row, const_cast<Datum*>(values),
                       const_cast<bool*>(is_null));
  ++rows->count;
}

Datum ids_of_rows(const PointRows& rows) {
  const Oid type = rows.collection->id_type;
  int16 length;
  bool is_by_value;
  get_typlenbyval(type, &length, &is_by_value);
  auto* ids = static_cast<Datum*>(
      MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * (rows.count + 1)));
  std::int64_t count = 0;
  TupleTableSlot* row = MakeSingleTupleTableSlot(rows.row, &TTSOpsMinimalTuple);
  tuplestore_rescan(rows.store);
  while (tuplestore_gettupleslot(rows.store, true, false, row)) {
    bool is_null;
    ids[count++] = datumCopy(slot_getattr(row, 1, &is_null), is_by_value, length);
  }
  ExecDropSingleTupleTableSlot(row);
  return id_array(type, ids, count);
}

void show_point_rows(PointRows* rows) {
  auto* relation = static_cast<EphemeralNamedRelation>(palloc0(sizeof(EphemeralNamedRelationData)));
  relation->md.name = pstrdup("vecext_points");
  relation->md.reliddesc = InvalidOid;
  relation->md.tupdesc = rows->row;
  relation->md.enrtype = ENR_NAMED_TUPLESTORE;
  relation->md.enrtuples = kUsualRows;
  relation->reldata = rows->store;
  const int result = SPI_register_relation(relation);
  if (result != SPI_OK_REL_REGISTER) {
    elog(ERROR, "SPI_register_relation failed: %s", SPI_result_code_string(result));
  }
}

}  // namespace vecext::pg
