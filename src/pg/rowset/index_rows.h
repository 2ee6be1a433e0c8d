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

/// Returns an empty list with room for as many rows as can be kept and sorted within work_mem.
RowList make_list(MemoryContext scratch);

/// Adds the rows of an index scan to the list, and returns their number. If the number is above
/// `most`, it is only about the number of rows that match, and the list is not complete. Returns
/// kNotListed if the scan cannot list rows, or the list is full. If `read` is not null, notes there
/// what was read.
Size list_index_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                     PagesRead* read);

/// Lists the rows of a node that makes bitmaps, in the way of list_index_rows(). Returns kNotListed
/// if one of the node's indexes cannot list them. Memory for intermediate lists comes from
/// `scratch`, which must not be the current context: scans allocate memory there that lives as long
/// as they do.
Size list_node_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows,
                    PagesRead* read);

/// Removes the rows from the list that a node which makes bitmaps does not find. Sorts only those
/// of the node's rows that are in the list, as the node may have many more. Returns false if the
/// node's rows cannot be listed; the list then has the same rows as before.
bool keep_rows_of(PlanState* node, MemoryContext scratch, RowList* rows, PagesRead* read);

/// True if all rows that list_node_rows() has listed fulfil the conditions of the node's indexes.
bool lists_exactly(const PlanState* node);

/// Runs a node that makes bitmaps, and adds its rows to the set. If the bitmap remembers a page as
/// a whole, adds all rows that the page may have. Returns true if all rows fulfil the conditions of
/// the node's indexes.
bool add_bitmap(PlanState* node, RowBits* rows);

}  // namespace vecext::pg
