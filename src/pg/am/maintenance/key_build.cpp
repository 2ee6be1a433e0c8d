#include "pg/am/maintenance/key_build.h"

#include "core/key_tree/key_write.h"
#include "core/page/meta_head.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/common/opclass.h"
#include "pg/sys/error.h"
#include "pg/sys/progress.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/tableam.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/tuplesort.h"
}

namespace vecext::pg {

namespace {

/// The sort of all rows with keys. A row of the sort has two numbers: one made of the key and the
/// page, and one that is the line.
struct KeySort {
  Relation index;
  Tuplesortstate* sort;
  TupleTableSlot* slot;
  MemoryContext row_context;
};

TupleDesc describe_rows() {
  TupleDesc row = CreateTemplateTupleDesc(2);
  TupleDescInitEntry(row, 1, "key_and_page", INT8OID, -1, 0);
  TupleDescInitEntry(row, 2, "line", INT8OID, -1, 0);
  finish_row_type(row);
  return row;
}

/// The sort compares signed numbers, so the sign bit is flipped to sort by unsigned keys.
constexpr uint64 kSign = uint64{1} << 63;

void keep_keys(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* state) {
  auto* keys = static_cast<KeySort*>(state);
  const RowId row = row_id(*tid);
  add_progress(Steps::kRows, 1);
  const MemoryContext before = MemoryContextSwitchTo(keys->row_context);
  for (int i = 1; i < IndexRelationGetNumberOfKeyAttributes(keys->index); ++i) {
    if (isnull[i]) {
      continue;
    }
    const uint64 key = key_of(keys->index, static_cast<AttrNumber>(i + 1), InvalidOid, values[i]);
    TupleTableSlot* slot = ExecClearTuple(keys->slot);
    slot->tts_values[0] = UInt64GetDatum((key << 32 | row.page) ^ kSign);
    slot->tts_values[1] = UInt64GetDatum(row.line);
    slot->tts_isnull[0] = slot->tts_isnull[1] = false;
    tuplesort_puttupleslot(keys->sort, ExecStoreVirtualTuple(slot));
  }
  MemoryContextSwitchTo(before);
  MemoryContextReset(keys->row_context);
}

KeyedRow row_of(TupleTableSlot* slot) {
  bool isnull;
  const uint64 first = DatumGetUInt64(slot_getattr(slot, 1, &isnull)) ^ kSign;
  const uint64 line = DatumGetUInt64(slot_getattr(slot, 2, &isnull));
  return {static_cast<uint32>(first >> 32),
          {static_cast<uint32>(first), static_cast<uint16>(line)}};
}

/// Returns a hint about a column that cannot be a key. The default class of texts may be a class
/// for searches.
const char* key_hint(Relation index, int column) {
  if (index->rd_opcintype[column - 1] != TEXTOID) {
    return "Columns after the first are key columns: integers, uuid, text, bool or enums.";
  }
  const bool is_search = index->rd_opcintype[0] == TEXTOID;
  return psprintf("%sOperator class text_ops makes column %d a key column.",
                  is_search ? "To search several columns, create an index on each, or one on an "
                              "expression that joins them. "
                            : "",
                  column);
}

/// Writes the tree of the sorted rows, and sets the tree's first page in the meta page. `rows` is
/// null if there are no rows.
void write_tree(BulkWriter* bulk, Tuplesortstate* rows, TupleTableSlot* row) {
  KeyTreeWriter writer(*bulk);
  PageId tree;
  check(writer.begin(&tree));
  while (rows != nullptr && tuplesort_gettupleslot(rows, true, false, row, nullptr)) {
    check(writer.add(row_of(row)));
  }
  check(writer.finish());
  std::byte* page;
  check(bulk->change(kMetaPage, &page));
  meta_head_of(page)->keys = tree;
}

}  // namespace

void check_key_columns(Relation index) {
  for (int i = 2; i <= IndexRelationGetNumberOfKeyAttributes(index); ++i) {
    if (!is_key_column(index, static_cast<AttrNumber>(i))) {
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("access method \"%s\" does not support multicolumn indexes",
                             access_method_name(index)),
                      errdetail("Column %d cannot be a key column.", i),
                      errhint("%s", key_hint(index, i))));
    }
  }
}

void build_keys(Relation heap, Relation index, IndexInfo* info, int64 phase, BulkWriter* bulk) {
  if (!has_keys(index)) {
    return;
  }
  AttrNumber columns[] = {1, 2};
  Oid operators[] = {Int8LessOperator, Int8LessOperator};
  Oid collations[] = {InvalidOid, InvalidOid};
  bool nulls_first[] = {false, false};
  const TupleDesc row = describe_rows();
  KeySort keys{index,
               tuplesort_begin_heap(row, 2, columns, operators, collations, nulls_first,
                                    maintenance_work_mem, nullptr, TUPLESORT_NONE),
               MakeSingleTupleTableSlot(row, &TTSOpsVirtual),
               AllocSetContextCreate(CurrentMemoryContext, "vecext keys", ALLOCSET_DEFAULT_SIZES)};
  begin_phase(phase, estimated_rows(heap));
  table_index_build_scan(heap, index, info, true, false, keep_keys, &keys, nullptr);
  tuplesort_performsort(keys.sort);

  TupleTableSlot* sorted = MakeSingleTupleTableSlot(row, &TTSOpsMinimalTuple);
  write_tree(bulk, keys.sort, sorted);
  ExecDropSingleTupleTableSlot(sorted);
  ExecDropSingleTupleTableSlot(keys.slot);
  tuplesort_end(keys.sort);
  MemoryContextDelete(keys.row_context);
}

void build_no_keys(Relation index, BulkWriter* bulk) {
  if (has_keys(index)) {
    write_tree(bulk, nullptr, nullptr);
  }
}

}  // namespace vecext::pg
