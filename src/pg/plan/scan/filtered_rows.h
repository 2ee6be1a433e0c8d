// The rows of a filtered scan.
#pragma once

#include "pg/plan/scan/filtered_state.h"

namespace vecext::pg {

/// The access method of ExecScan(): gets the next row, which fulfils the conditions.
TupleTableSlot* next_filtered_row(ScanState* node);

/// Ends the scan of rows. A call for the next row starts another scan.
void close_rows(FilteredScan* state);

}  // namespace vecext::pg
