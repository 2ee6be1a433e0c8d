#include "pg/namespace/quota_error.h"

#include "pg/sys/error.h"

namespace vecext::pg {

void raise_quota(const Namespace& owner, const char* quota, int64 most, int64 value,
                 const char* detail) {
  ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
                  errmsg("namespace \"%s\" has reached its quota %s", owner.id, quota),
                  errdetail("It allows " INT64_FORMAT " %s, and there would be " INT64_FORMAT ".",
                            most, detail, value),
                  about({.rule = above(quota, value, most)})));
  pg_unreachable();
}

void raise_row_quota(const Namespace& owner, RowQuota quota, const RowTotals& total) {
  const RowTotals& most = owner.quotas.rows;
  if (quota == RowQuota::kVectors) {
    raise_quota(owner, "max_vectors", most.vectors, total.vectors, "vectors");
  }
  raise_quota(owner, "max_storage_bytes", most.bytes, total.bytes, "bytes");
}

void raise_call_quota(const Namespace& owner, CallQuota quota, int64 wait) {
  const CallQuotas& most = owner.quotas.calls;
  if (quota == CallQuota::kConcurrent) {
    raise_quota(owner, "max_concurrent_queries", most.concurrent_queries,
                int64{most.concurrent_queries} + 1, "queries at a time");
  }
  constexpr int64 kMillisecond = 1000;
  ereport(ERROR,
          (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
           errmsg("namespace \"%s\" has reached its quota max_requests_per_second", owner.id),
           errdetail("It allows %d requests within a second.", most.requests_per_second),
           most.requests_per_second == 0 ? 0
                                         : errhint("Try again in " INT64_FORMAT " ms.",
                                                   (wait + kMillisecond - 1) / kMillisecond),
           about({.rule = psprintf("max_requests_per_second %d", most.requests_per_second)})));
  pg_unreachable();
}

void check_batch_quota(const Namespace& owner, int64 rows) {
  if (owner.quotas.batch >= 0 && rows > owner.quotas.batch) {
    raise_quota(owner, "max_batch_size", owner.quotas.batch, rows,
                "rows of a statement or points of a call");
  }
}

void check_result_quota(const Namespace& owner, int64 rows) {
  if (owner.quotas.results >= 0 && rows > owner.quotas.results) {
    raise_quota(owner, "max_results_per_query", owner.quotas.results, rows, "results of a query");
  }
}

}  // namespace vecext::pg
