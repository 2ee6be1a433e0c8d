// Rows and lists of a graph's shards in temporary files: the server's, counted by temp_file_limit,
// in temp_tablespaces, gone with the transaction at the latest.
#pragma once

#include "core/graph/external/temp_files.h"

namespace vecext::pg {

/// Files whose buffers are in the context that is the current one when they are made.
TempFiles temp_files();

}  // namespace vecext::pg
