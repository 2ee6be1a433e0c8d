// The rows of a filtered scan.
#pragma once

#include "pg/plan/scan/filtered_state.h"

namespace vecext::pg {

/// ExecScan's access method: gets the next row, which fulfils the conditions.
TupleTableSlot* next_filtered_row(ScanState* node);

/// Ends the scan of rows. The next row starts another.
void close_rows(FilteredScan* state);

}  // namespace vecext::pg
