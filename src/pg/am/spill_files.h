// Rows and lists of a graph's pieces in temporary files: the server's, counted by temp_file_limit,
// in temp_tablespaces, gone with the transaction at the latest.
#pragma once

#include "core/graph/spill.h"

namespace vecext::pg {

/// Files whose buffers are in the context that is the current one when they are made.
Spill spill_files();

}  // namespace vecext::pg
