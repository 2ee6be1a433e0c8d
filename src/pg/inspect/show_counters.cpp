// vecext_internal.index_counters(): what was counted of the scans of this database's indexes.
// vecext.stat_reset(regclass) sets it to zero.
#include "pg/inspect/open_index.h"
#include "pg/shared/index_counters.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

/// True if the current user may see how the index is used: a role that reads all statistics, or one
/// that may read all rows of the table. The counters tell what other users of the table do.
bool may_see(Oid index) {
  if (has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS)) {
    return true;
  }
  const Oid table = IndexGetRelation(index, true);
  return OidIsValid(table) && get_rel_name(table) != nullptr &&
         pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
         check_enable_rls(table, InvalidOid, true) != RLS_ENABLED;
}

Datum milliseconds(double microseconds) {
  return Float8GetDatum(microseconds / 1000);
}

Datum quantile(const IndexCounts& counts, double share) {
  return milliseconds(time_quantile(counts.times, share));
}

Datum array_of_times(const IndexCounts& counts) {
  Datum times[kTimeBuckets];
  for (Size i = 0; i < lengthof(times); ++i) {
    times[i] = UInt64GetDatum(counts.times[i]);
  }
  return array_datum(INT8OID, times);
}

}  // namespace

VECEXT_FUNCTION(vecext_internal_index_counters)
{
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const GrowingArray<CountedIndex> indexes = counted_indexes();
  for (const CountedIndex& index : indexes) {
    CHECK_FOR_INTERRUPTS();
    if (!may_see(index.index)) {
      continue;
    }
    const IndexCounts& counts = index.counts;
    uint64 scans = 0;
    for (const uint64 of_way : counts.scans) {
      scans += of_way;
    }
    const auto scans_of = [&](ScanWay way) {
      return UInt64GetDatum(counts.scans[static_cast<Size>(way)]);
    };
    Datum values[] = {ObjectIdGetDatum(index.index),
                      UInt64GetDatum(scans),
                      TimestampTzGetDatum(static_cast<TimestampTz>(counts.last_scan)),
                      scans_of(ScanWay::kPlain),
                      scans_of(ScanWay::kPostfilter),
                      scans_of(ScanWay::kInline),
                      scans_of(ScanWay::kCompared),
                      scans_of(ScanWay::kByKeys),
                      UInt64GetDatum(counts.steps),
                      UInt64GetDatum(counts.pages),
                      UInt64GetDatum(counts.rows_scored),
                      UInt64GetDatum(counts.rows_reranked),
                      UInt64GetDatum(counts.rows),
                      milliseconds(static_cast<double>(counts.nanoseconds) / 1000),
                      quantile(counts, .5),
                      quantile(counts, .95),
                      quantile(counts, .99),
                      array_of_times(counts),
                      UInt64GetDatum(counts.observed_queries),
                      UInt64GetDatum(counts.observed_rows),
                      UInt64GetDatum(counts.missed_rows),
                      UInt64GetDatum(counts.damages),
                      TimestampTzGetDatum(index.since)};
    bool is_null[lengthof(values)] = {};
    constexpr int kLastScan = 2;
    constexpr int kP50 = 14;
    constexpr int kP99 = 16;
    is_null[kLastScan] = counts.last_scan == 0;
    for (int i = kP50; i <= kP99; ++i) {
      is_null[i] = scans == 0;
    }
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

VECEXT_FUNCTION(vecext_stat_reset)
{
  const Oid index = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
  reset_counters(PG_ARGISNULL(0) ? nullptr : &index);
  PG_RETURN_VOID();
}

}  // namespace vecext::pg
