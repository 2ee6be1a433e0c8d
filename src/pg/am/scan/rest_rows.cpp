#include "pg/am/scan/rest_rows.h"

#include <new>

#include "pg/am/cost/cost_constants.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/heapam.h"
#include "access/htup_details.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

struct RowMarker : RowSink {
  RowMarks* marks;
};

void mark(RowSink* self, RowId row) {
  static_cast<RowMarker*>(self)->marks->add(row);
}

/// Returns one more than the number of line pointers that a page of the table may have.
uint32 lines_of_page(Relation table) {
  return table->rd_tableam == GetHeapamTableAmRoutine() ? MaxHeapTuplesPerPage + 1
                                                        : MaxOffsetNumber + 1;
}

}  // namespace

bool is_rest_cheaper(int64 rows, const SearchCost& last) {
  // The next search is for kMoreRows times as many rows, and is assumed to take as many times the
  // work.
  return kMoreRows * (last.pages * kCosts.rest.rows_of_page +
                      last.reranked * kCosts.rest.rows_of_reranked) >
         rows;
}

bool is_rest_cheaper(int64 rows, int32 k) {
  return is_rest_cheaper(rows, {.pages = 0, .reranked = k / kMoreRows});
}

RowMarks* mark_rest(const ScanMethod& method, IndexScanDesc scan, const RowSet& handed_out,
                    const RowBits* among) {
  const Relation table = scan->heapRelation;
  auto* marks = palloc_object<RowMarks>();
  check_memory(marks->reset(RelationGetNumberOfBlocks(table), lines_of_page(table),
                            context_arena(CurrentMemoryContext)));
  if (among != nullptr) {
    among->each([marks](RowId row) { marks->add(row); });
  } else {
    RowMarker marker{};
    marker.accept = mark;
    marker.marks = marks;
    method.each_row(scan->indexRelation, &marker);
  }
  handed_out.each([marks](RowId row) { marks->remove(row); });
  return marks;
}

ExactRows* find_rest(const RestSource& source, const RowSet& handed_out, HeapRows** heap) {
  const IndexScanDesc scan = source.index_scan;
  const Relation table = scan->heapRelation;
  *heap = palloc_object<HeapRows>(table, scan->indexRelation, scan->xs_snapshot, source.scan->query,
                                  source.file);
  const ExactRows::Source rows{.table = table,
                               .snapshot = scan->xs_snapshot,
                               .set = nullptr,
                               .indexed = mark_rest(*source.method, scan, handed_out, nullptr),
                               .filter = nullptr,
                               .handed_out = nullptr,
                               .query = source.scan->query.elements,
                               .nearest = source.nearest,
                               .leaves_nearer = source.leaves_nearer,
                               .wanted = source.wanted,
                               .heap = *heap};
  return palloc_object<ExactRows>(rows, CurrentMemoryContext);
}

}  // namespace vecext::pg
