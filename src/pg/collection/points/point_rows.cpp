#include "pg/collection/points/point_rows.h"

#include "pg/collection/common/point_id.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

/// The least memory for the rows of one call. A usual batch stays in memory, where the request was
/// before.
constexpr int kLeastMemory = 16 * 1024;  // kB

/// The number of rows that plans assume. A statement is planned once for batches of all sizes.
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
  // This must be set before rows are added: scans set it later, when rows may be on disk already.
  tuplestore_set_eflags(rows.store, EXEC_FLAG_REWIND);
  rows.row = CreateTemplateTupleDesc(rows.columns());
  describe_column(rows.row, 1, "id", collection.id_type, -1);
  for (int i = 0; i < collection.vector_count; ++i) {
    // Vectors have the type modifier of the column, as they are checked already, so the statement
    // need not convert them.
    const CollectionVector& vector = collection.vectors[i];
    describe_column(rows.row, 2 + i, psprintf("v%d", i), vector.type, vector.typmod);
  }
  if (rows.has_payload) {
    describe_column(rows.row, rows.columns(), "payload", JSONBOID, -1);
  }
  finish_row_type(rows.row);
  return rows;
}

void add_point_row(PointRows* rows, const Datum* values, const bool* is_null) {
  tuplestore_putvalues(rows->store, rows->row, const_cast<Datum*>(values),
                       const_cast<bool*>(is_null));
  ++rows->count;
}

Datum ids_of_rows(const PointRows& rows) {
  return id_array(rows.collection->id_type, rows.row, rows.store);
}

void show_point_rows(PointRows* rows) {
  name_rows_as_table("vecext_points", rows->row, rows->store, kUsualRows);
}

}  // namespace vecext::pg
