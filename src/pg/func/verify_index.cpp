// vecext.verify_index(regclass): checks an index's pages against their formats, and its rows
// against the table's.
#include <algorithm>

#include "pg/am/indexed_value.h"
#include "pg/func/open_index.h"
#include "pg/func/survey.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The rows of an index, as numbers that sort.
struct RowList {
  uint64* rows;
  int64 count;
  int64 room;
};

void collect(void* context, RowId row) {
  auto* list = static_cast<RowList*>(context);
  if (list->count == list->room) {
    list->room *= 2;
    list->rows = static_cast<uint64*>(
        repalloc_huge(list->rows, static_cast<Size>(list->room) * sizeof(uint64)));
  }
  list->rows[list->count++] = row.packed();
}

void forget(void* context) {
  static_cast<RowList*>(context)->count = 0;
}

void report(Relation index, const char* what, PageId page) {
  ereport(ERROR,
          (errcode(ERRCODE_INDEX_CORRUPTED),
           errmsg("index \"%s\" is damaged: %s", RelationGetRelationName(index), what),
           page == kNoPage ? 0 : errdetail("Page %u.", page), errhint("REINDEX builds it anew.")));
}

/// Looks for each row of the table in the index.
struct TableCheck {
  Relation index;
  const RowList* rows;
  ValueReader* reader;
};

void check_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* context) {
  const auto* table = static_cast<const TableCheck*>(context);
  if (isnull[0] || !table->reader->is_indexable(table->reader->widened(values[0]))) {
    return;
  }
  const RowId row{ItemPointerGetBlockNumber(tid), ItemPointerGetOffsetNumber(tid)};
  const uint64* end = table->rows->rows + table->rows->count;
  if (!std::binary_search(static_cast<const uint64*>(table->rows->rows), end, row.packed())) {
    report(table->index, psprintf("row (%u,%u) of the table is missing", row.page, row.line),
           kNoPage);
  }
}

void verify_table(Relation index, const RowList& rows) {
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  const Role before = become_owner(heap);
  const OpclassInfo opclass = opclass_of(index);
  ValueReader reader(opclass, column_dims(index, opclass), CurrentMemoryContext);
  TableCheck table{index, &rows, &reader};
  scan_indexed_rows(heap, index, check_row, &table);
  restore_role(before);
  table_close(heap, AccessShareLock);
}

}  // namespace

VECEXT_FUNCTION(vecext_verify_index)
{
  const Relation index = open_ivf_index(PG_GETARG_OID(0));
  constexpr int64 kFirstRoom = 1024;
  RowList rows{static_cast<uint64*>(palloc(kFirstRoom * sizeof(uint64))), 0, kFirstRoom};
  Finding finding;
  survey_index(index, {collect, &rows}, forget, &finding);
  if (finding.what != nullptr) {
    report(index, finding.what, finding.page);
  }
  std::sort(rows.rows, rows.rows + rows.count);
  if (std::adjacent_find(rows.rows, rows.rows + rows.count) != rows.rows + rows.count) {
    report(index, "a row is in it twice", kNoPage);
  }
  verify_table(index, rows);
  index_close(index, AccessShareLock);
  PG_RETURN_INT64(rows.count);
}

}  // namespace vecext::pg
