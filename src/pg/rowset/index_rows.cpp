// The server's bitmaps are hash tables of pages, which it sorts at the end. A bitmap that exceeds
// work_mem keeps pages without their rows, and a search would have to look up all rows of such
// pages. So this file lists the rows of btrees, of GIN and of this library's indexes, leaf by leaf.
// If a list exceeds work_mem, it becomes bits for the rows of the table's pages. The server makes
// the bitmaps of other indexes, and of tables that are too large for such bits.
#include "pg/rowset/index_rows.h"

#include "pg/am/common/access_method.h"
#include "pg/am/common/key_columns.h"
#include "pg/rowset/btree_rows.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// True if listing the rows of the scan is at least as fast as making a bitmap. A scan of one of
/// this library's indexes can be listed if all its conditions are on key columns.
bool lists_rows(const BitmapIndexScanState* node) {
  const Relation index = node->biss_RelationDesc;
  const Oid method = index->rd_rel->relam;
  const AccessMethod* own = access_method_of(index);
  return method == BTREE_AM_OID || method == GIN_AM_OID ||
         (own != nullptr && own->has_key_columns && node->biss_NumScanKeys > 0 &&
          !has_first_condition(node->biss_ScanKeys, node->biss_NumScanKeys));
}

/// Lists the rows of an index as list_index_rows() does. If the list is not complete, the node is
/// reset, so that it can run again.
Size list_index_node(BitmapIndexScanState* node, Size most, MemoryContext scratch, RowList* rows,
                     PagesRead* read) {
  if (!lists_rows(node) || node->biss_NumArrayKeys > 0) {
    return kNotListed;
  }
  if (node->biss_NumRuntimeKeys > 0 && !node->biss_RuntimeKeysReady) {
    ExecReScan(&node->ss.ps);
  }
  if (node->ss.ps.instrument != nullptr) {
    InstrStartNode(node->ss.ps.instrument);
  }
  // A list that grows is copied to new memory. To avoid that, room for the expected number of rows
  // is made at once.
  check_memory(rows->expect(static_cast<Size>(Min(node->ss.ps.plan->plan_rows, rows->room()))));
  const Size before = rows->added();
  const Size count = list_index_rows(node->biss_ScanDesc, most, scratch, rows, read);
  if (node->ss.ps.instrument != nullptr) {
    InstrStopNode(node->ss.ps.instrument, static_cast<double>(rows->added() - before));
  }
  if (count > most) {
    ExecReScan(&node->ss.ps);
  }
  return count;
}

/// Lists the union of the nodes' rows. Returns kNotListed if the rows of a node cannot be listed,
/// or if the list is full.
Size list_union(PlanState** nodes, int count, MemoryContext scratch, RowList* rows,
                PagesRead* read) {
  if (list_node_rows(nodes[0], INT64_MAX, scratch, rows, read) == kNotListed) {
    return kNotListed;
  }
  check_memory(rows->sort());
  for (int i = 1; i < count; ++i) {
    RowList others = make_list(scratch);
    others.restrict_to(rows->restriction());
    if (list_node_rows(nodes[i], INT64_MAX, scratch, &others, read) == kNotListed) {
      return kNotListed;
    }
    check_memory(others.sort());
    check_memory(rows->unite(others));
  }
  return rows->is_full() ? kNotListed : rows->count();
}

/// Lists the intersection of the nodes' rows. Returns kNotListed if the rows of a node cannot be
/// listed, or if the list is full.
Size list_intersection(PlanState** nodes, int count, MemoryContext scratch, RowList* rows,
                       PagesRead* read) {
  // The intersection may be small even if each node has many rows.
  if (list_node_rows(nodes[0], INT64_MAX, scratch, rows, read) == kNotListed) {
    return kNotListed;
  }
  for (int i = 1; i < count; ++i) {
    if (!keep_rows_of(nodes[i], scratch, rows, read)) {
      return kNotListed;
    }
  }
  return rows->is_full() ? kNotListed : rows->count();
}

}  // namespace

RowList make_list(MemoryContext scratch) {
  return RowList(context_arena(scratch), static_cast<Size>(work_mem) * 1024 / (2 * sizeof(uint64)));
}

Size list_index_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                     PagesRead* read) {
  if (scan->indexRelation->rd_rel->relam == GIN_AM_OID) {
    return list_gin_rows(scan, most, scratch, rows, read);
  }
  if (access_method_of(scan->indexRelation) != nullptr) {
    count_index_scan(scan);
    find_rows_of_keys(scan, rows);
    note_unknown(read);
  } else {
    list_btree_rows(scan, most, rows, read);
  }
  return rows->is_full() ? kNotListed : rows->count();
}

Size list_node_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows,
                    PagesRead* read) {
  // This is what MultiExecProcNode() does. A rescan of the node above leaves it to the nodes below.
  if (node->chgParam != nullptr) {
    ExecReScan(node);
  }
  switch (nodeTag(node)) {
    case T_BitmapIndexScanState:
      return list_index_node(reinterpret_cast<BitmapIndexScanState*>(node), most, scratch, rows,
                             read);
    case T_BitmapAndState: {
      auto* of_all = reinterpret_cast<BitmapAndState*>(node);
      return list_intersection(of_all->bitmapplans, of_all->nplans, scratch, rows, read);
    }
    case T_BitmapOrState: {
      auto* of_any = reinterpret_cast<BitmapOrState*>(node);
      return list_union(of_any->bitmapplans, of_any->nplans, scratch, rows, read);
    }
    default:
      return kNotListed;
  }
}

bool keep_rows_of(PlanState* node, MemoryContext scratch, RowList* rows, PagesRead* read) {
  RowBits set(context_arena(scratch));
  check_memory(rows->sort());
  check_memory(rows->fill(&set));
  RowList others = make_list(scratch);
  others.restrict_to(&set);
  if (list_node_rows(node, INT64_MAX, scratch, &others, read) == kNotListed) {
    return false;
  }
  check_memory(others.sort());
  check_memory(rows->intersect(others));
  return true;
}

bool lists_exactly(const PlanState* node) {
  if (IsA(node, BitmapIndexScanState)) {
    const auto* of_index = reinterpret_cast<const BitmapIndexScanState*>(node);
    const Oid method = of_index->biss_RelationDesc->rd_rel->relam;
    return method == BTREE_AM_OID || (method == GIN_AM_OID && gin_decides(of_index->biss_ScanDesc));
  }
  const bool is_and = IsA(node, BitmapAndState);
  const auto* of_all = reinterpret_cast<const BitmapAndState*>(node);
  const auto* of_any = reinterpret_cast<const BitmapOrState*>(node);
  PlanState** parts = is_and ? of_all->bitmapplans : of_any->bitmapplans;
  const int count = is_and ? of_all->nplans : of_any->nplans;
  for (int i = 0; i < count; ++i) {
    if (!lists_exactly(parts[i])) {
      return false;
    }
  }
  return true;
}

bool add_bitmap(PlanState* node, RowBits* rows) {
  auto* bitmap = reinterpret_cast<TIDBitmap*>(MultiExecProcNode(node));
  if (bitmap == nullptr || !IsA(bitmap, TIDBitmap)) {
    elog(ERROR, "unrecognized result from subplan");
  }
  BitmapPages pages(bitmap);
  BitmapPage page;
  bool is_exact = true;
  while (pages.next(&page)) {
    CHECK_FOR_INTERRUPTS();
    is_exact = is_exact && page.is_exact;
    check_memory(page.lines == nullptr
                     ? rows->add_whole(page.number, MaxHeapTuplesPerPage)
                     : page.count == 0 || rows->add(page.number, page.lines, page.count));
  }
  pages.end();
  tbm_free(bitmap);
  return is_exact;
}

}  // namespace vecext::pg
