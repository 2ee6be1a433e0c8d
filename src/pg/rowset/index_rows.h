// Gets the rows of index scans as lists, or as bitmaps if an index cannot list them.
#pragma once

#include "core/filter/row_bits.h"
#include "core/filter/row_list.h"
#include "pg/rowset/gin_rows.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Returns an empty list. It has room for as many rows as can be kept and sorted within work_mem.
RowList make_list(MemoryContext scratch);

/// Adds the rows of an index scan to the list, and returns their number. If the number is above
/// `most`, it is only an estimate of how many rows match, and the list is not complete. Returns
/// kNotListed if the rows of the scan cannot be listed, or if the list is full. If `read` is not
/// null, notes there which pages were read.
Size list_index_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                     PagesRead* read);

/// Does the same for a plan node that makes bitmaps. Returns kNotListed if one of the node's
/// indexes cannot list its rows. Memory for intermediate lists comes from `scratch`. It must not be
/// the current memory context, in which scans allocate memory that lives as long as they do.
Size list_node_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows,
                    PagesRead* read);

/// Removes those rows from the list which the node, whose result is a bitmap, does not find. The
/// node may find many more rows, so only those that are in the list are sorted. Returns false if
/// the node's rows cannot be listed; the list then has the same rows as before.
bool keep_rows_of(PlanState* node, MemoryContext scratch, RowList* rows, PagesRead* read);

/// True if all rows that list_node_rows() has listed are known to fulfil the conditions of the
/// node's indexes.
bool lists_exactly(const PlanState* node);

/// Runs a node that makes a bitmap, and adds the bitmap's rows to the set. If the bitmap remembers
/// a page only as a whole, adds all rows that the page may have. Returns true if all rows are known
/// to fulfil the conditions of the node's indexes.
bool add_bitmap(PlanState* node, RowBits* rows);

}  // namespace vecext::pg
