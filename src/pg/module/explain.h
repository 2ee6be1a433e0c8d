// What EXPLAIN (ANALYZE) shows of a scan of this library.
#pragma once

namespace vecext::pg {

/// Makes EXPLAIN show the work of scans, on servers that let an extension do so (from 18 on).
void extend_explain();

}  // namespace vecext::pg
