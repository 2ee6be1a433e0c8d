// What EXPLAIN (ANALYZE) shows of a scan of ours.
#pragma once

namespace vecext::pg {

/// Makes EXPLAIN show it, on servers that let an extension do so (18 on).
void extend_explain();

}  // namespace vecext::pg
