// The server's bitmaps are hash tables of pages, which are sorted in the end: two thirds of what a
// bitmap of rows all over a table takes. Beyond work_mem they keep pages without their rows, all of
// which a search has to look up in the table. So rows of btrees, of GIN and of our own indexes are
// listed leaf by leaf; lists beyond work_mem become bits of the table's pages. Other indexes, and
// more rows than work_mem takes of a table that is too large for such bits, are left to the server.
#include "pg/plan/row_bitmap.h"

#include <limits>

#include "core/filter/row_list.h"
#include "pg/am/btree_rows.h"
#include "pg/am/gin_rows.h"
#include "pg/am/key_columns.h"
#include "pg/am/access_method.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// A list of no rows, with room for those that work_mem takes and for sorting them.
RowList begin_list(MemoryContext scratch) {
  return RowList(context_arena(scratch), static_cast<Size>(work_mem) * 1024 / (2 * sizeof(uint64)));
}

// --- Lists ---------------------------------------------------------------------------------------

/// Does it give rows by themselves as fast as in bitmaps?
bool lists_rows(Relation index) {
  const Oid method = index->rd_rel->relam;
  return method == BTREE_AM_OID || method == GIN_AM_OID || access_method_of(index) != nullptr;
}

/// Adds the rows of an index to the list; how many there are. More than `most`, about: they are not
/// all there. kNotListed: not here, or there is no room for them.
Size read_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows) {
  if (scan->indexRelation->rd_rel->relam == GIN_AM_OID) {
    return list_gin_rows(scan, most, scratch, rows);
  }
  if (access_method_of(scan->indexRelation) != nullptr) {
    find_rows_of_keys(scan, rows);
  } else {
    list_btree_rows(scan, most, rows);
  }
  return rows->is_full() ? kNotListed : rows->count();
}

/// Lists the rows of an index, as read_rows(). Where they are not all there the node is as if not
/// run.
Size list_index(BitmapIndexScanState* node, Size most, MemoryContext scratch, RowList* rows) {
  if (!lists_rows(node->biss_RelationDesc) || node->biss_NumArrayKeys > 0) {
    return kNotListed;
  }
  if (node->biss_NumRuntimeKeys > 0 && !node->biss_RuntimeKeysReady) {
    ExecReScan(&node->ss.ps);
  }
  if (node->ss.ps.instrument != nullptr) {
    InstrStartNode(node->ss.ps.instrument);
  }
  // A list that grows is copied, and takes memory that the server gives back after each query.
  check_memory(rows->expect(static_cast<Size>(Min(node->ss.ps.plan->plan_rows, rows->room()))));
  const Size count = read_rows(node->biss_ScanDesc, most, scratch, rows);
  if (node->ss.ps.instrument != nullptr) {
    InstrStopNode(node->ss.ps.instrument, static_cast<double>(rows->count()));
  }
  if (count > most) {
    ExecReScan(&node->ss.ps);
  }
  return count;
}

Size list_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows);

/// Lists what all the nodes leave, or what any of them does; kNotListed: not here, or there is no
/// room for them.
Size list_children(PlanState** nodes, int count, bool all, MemoryContext scratch, RowList* rows) {
  // However many each leaves, what all of them do may be few.
  if (list_rows(nodes[0], INT64_MAX, scratch, rows) == kNotListed) {
    return kNotListed;
  }
  check_memory(rows->sort());
  for (int i = 1; i < count; ++i) {
    RowList others = begin_list(scratch);
    if (list_rows(nodes[i], INT64_MAX, scratch, &others) == kNotListed) {
      return kNotListed;
    }
    check_memory(others.sort());
    if (all) {
      check_memory(rows->intersect(others));
    } else {
      check_memory(rows->unite(others));
    }
  }
  return rows->is_full() ? kNotListed : rows->count();
}

/// Lists the rows of a node that makes bitmaps, as read_rows(), if it is of indexes alone that list
/// them. Other lists come from `scratch`; it is not the current context, where scans keep what
/// lives as long as they do.
Size list_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows) {
  switch (nodeTag(node)) {
    case T_BitmapIndexScanState:
      return list_index(reinterpret_cast<BitmapIndexScanState*>(node), most, scratch, rows);
    case T_BitmapAndState: {
      auto* of_all = reinterpret_cast<BitmapAndState*>(node);
      return list_children(of_all->bitmapplans, of_all->nplans, true, scratch, rows);
    }
    case T_BitmapOrState: {
      auto* of_any = reinterpret_cast<BitmapOrState*>(node);
      return list_children(of_any->bitmapplans, of_any->nplans, false, scratch, rows);
    }
    default:
      return kNotListed;
  }
}

// --- Bitmaps -------------------------------------------------------------------------------------

void read_pages(PlanState* node, RowBits* rows) {
  auto* bitmap = reinterpret_cast<TIDBitmap*>(MultiExecProcNode(node));
  if (bitmap == nullptr || !IsA(bitmap, TIDBitmap)) {
    elog(ERROR, "unrecognized result from subplan");
  }
  BitmapPages pages(bitmap);
  BitmapPage page;
  while (pages.next(&page)) {
    CHECK_FOR_INTERRUPTS();
    check_memory(page.lines == nullptr
                     ? rows->add_whole(page.number, MaxHeapTuplesPerPage)
                     : page.count == 0 || rows->add(page.number, page.lines, page.count));
  }
  pages.end();
  tbm_free(bitmap);
}

// --- Sets ----------------------------------------------------------------------------------------

/// The most rows that are of use; fewer than kNotListed.
Size limit_of(double useful) {
  constexpr double kMost = 1e18;
  return static_cast<Size>(Min(useful, kMost));
}

/// Reads what a node that makes bitmaps leaves.
bool read_bitmap(PlanState* node, double useful, MemoryContext scratch, RowBits* rows,
                 double* expected) {
  RowList list = begin_list(scratch);
  const Size most = limit_of(useful);
  const Size count = list_rows(node, most, scratch, &list);
  // What several indexes leave is counted when it is made.
  const bool is_useful = count <= most || count == kNotListed || !IsA(node, BitmapIndexScanState);
  if (count == kNotListed) {
    read_pages(node, rows);
  } else if (is_useful) {
    check_memory(list.fill(rows));
  }
  *expected = static_cast<double>(count);
  return is_useful;
}

/// Keeps those of the listed rows that a node that makes bitmaps leaves, too.
void intersect_bitmap(PlanState* node, MemoryContext scratch, RowList* list) {
  RowList others = begin_list(scratch);
  check_memory(list->sort());
  if (list_rows(node, INT64_MAX, scratch, &others) != kNotListed) {
    check_memory(others.sort());
    check_memory(list->intersect(others));
    return;
  }
  RowBits bits(context_arena(scratch));
  read_pages(node, &bits);
  list->keep_if([&bits](RowId row) { return bits.contains(row); });
}

/// Reads what an index of keys leaves, and a node that makes bitmaps where there is one.
bool read_keys(const SetSource& source, double useful, MemoryContext scratch, RowBits* rows,
               double* expected) {
  RowList list = begin_list(scratch);
  const Size most = source.bitmap == nullptr ? limit_of(useful) : INT64_MAX;
  const MemoryContext before = MemoryContextSwitchTo(scratch);
  const Size count = source.keys->list_rows(source.estate, most, &list);
  MemoryContextSwitchTo(before);
  *expected = list.is_full() ? std::numeric_limits<double>::infinity() : static_cast<double>(count);
  if (list.is_full() || count > most) {
    if (source.bitmap == nullptr) {
      return false;
    }
    return read_bitmap(source.bitmap, useful, scratch, rows, expected);
  }
  if (source.bitmap != nullptr) {
    intersect_bitmap(source.bitmap, scratch, &list);
  }
  check_memory(list.fill(rows));
  return true;
}

}  // namespace

bool read_set(const SetSource& source, double useful, RowBits* rows, double* expected) {
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext row lists", ALLOCSET_DEFAULT_SIZES);
  const bool is_useful = source.keys == nullptr
                             ? read_bitmap(source.bitmap, useful, scratch, rows, expected)
                             : read_keys(source, useful, scratch, rows, expected);
  MemoryContextDelete(scratch);
  return is_useful;
}

}  // namespace vecext::pg
