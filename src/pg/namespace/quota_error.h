// Errors that say which quota of a namespace a statement exceeds. All have SQLSTATE 53400.
#pragma once

#include "pg/namespace/namespace_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises that `quota`, the name of a column of vecext.namespaces, allows `most`, and the statement
/// needs `value`. `detail` says of what, as "rows".
[[noreturn]] void raise_quota(const Namespace& owner, const char* quota, int64 most, int64 value,
                              const char* detail);

/// Raises that the rows of a namespace, or their bytes, would exceed a quota.
[[noreturn]] void raise_row_quota(const Namespace& owner, RowQuota quota, const RowTotals& total);

/// Raises that a call exceeds the rate of requests, or the number of queries that run.
[[noreturn]] void raise_call_quota(const Namespace& owner, CallQuota quota, int64 wait);

/// Raises an ERROR if a statement writes more rows, or returns more, than it may.
void check_batch_quota(const Namespace& owner, int64 rows);
void check_result_quota(const Namespace& owner, int64 rows);

}  // namespace vecext::pg
