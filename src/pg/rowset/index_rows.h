// The rows that scans of indexes leave, in lists; or, of those that cannot list them, in bitmaps.
#pragma once

#include "core/filter/row_bits.h"
#include "core/filter/row_list.h"
#include "pg/rowset/gin_rows.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// A list of no rows, with room for those that work_mem takes and for sorting them.
RowList make_list(MemoryContext scratch);

/// Adds the rows of an index to the list; how many there are. More than `most`, about: they are not
/// all there. kNotListed: not here, or there is no room for them.
Size list_index_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows);

/// Lists the rows of a node that makes bitmaps, as list_index_rows(), if it is of indexes alone
/// that list them. Other lists come from `scratch`; it is not the current context, where scans keep
/// what lives as long as they do.
Size list_node_rows(PlanState* node, Size most, MemoryContext scratch, RowList* rows);

/// Runs a node that makes bitmaps, and adds its rows to the set. Pages that the bitmap remembers as
/// a whole come with all the rows they may have.
void add_bitmap(PlanState* node, RowBits* rows);

}  // namespace vecext::pg
