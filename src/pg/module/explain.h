// Adds what EXPLAIN (ANALYZE) shows of scans of this library's indexes.
#pragma once

namespace vecext::pg {

/// Makes EXPLAIN show the work of scans. Servers before 18 do not let an extension do so.
void extend_explain();

}  // namespace vecext::pg
