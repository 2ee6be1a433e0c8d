// The rows that bitmap scans of ordinary indexes leave, as a set that a search can ask.
#pragma once

#include "core/filter/row_bits.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Runs a node that makes bitmaps; the rows of its bitmap come into *rows. Pages that it remembers
/// as a whole are in the set with all the rows they may have. False: they turn out to be more than
/// `useful`, about *expected, and *rows has none.
bool read_bitmap(PlanState* node, double useful, RowBits* rows, double* expected);

}  // namespace vecext::pg
