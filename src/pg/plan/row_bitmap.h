// The rows that bitmap scans of ordinary indexes leave, as a set that a search can ask.
#pragma once

#include "core/filter/row_bits.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Runs a node that makes bitmaps; the rows of its bitmap, in memory of `context`. Pages that it
/// remembers as a whole are in the set with all the rows they may have.
RowBits read_bitmap(PlanState* node, MemoryContext context);

}  // namespace vecext::pg
