// Temporary files for the rows and links of a graph's shards. They are the server's: in
// temp_tablespaces, limited by temp_file_limit, and removed at the latest when the transaction
// ends.
#pragma once

#include "core/graph/external/temp_files.h"

namespace vecext::pg {

/// Functions that make and use temporary files. The buffer of a file is in the context that is
/// current when the file is made.
TempFiles temp_files();

}  // namespace vecext::pg
