#include "pg/namespace/usage_table.h"

#include "pg/namespace/namespace_columns.h"
#include "pg/namespace/owner_of_namespaces.h"
#include "pg/namespace/reservations.h"
#include "pg/registry/registry_rows.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

constexpr int kMinute = 60;  // seconds

// A row that another transaction has locked is left to that one: it has written what there was.
constexpr const char* kAddCalls =
    "UPDATE vecext.namespace_usage u SET requests = u.requests OPERATOR(pg_catalog.+) $2,"
    " queries = u.queries OPERATOR(pg_catalog.+) $3,"
    " upserts = u.upserts OPERATOR(pg_catalog.+) $4,"
    " deletes = u.deletes OPERATOR(pg_catalog.+) $5,"
    " deleted_vectors = u.deleted_vectors OPERATOR(pg_catalog.+) $6,"
    " written_at = pg_catalog.clock_timestamp()"
    " FROM (SELECT number FROM vecext.namespace_usage WHERE number OPERATOR(pg_catalog.=) $1"
    "   FOR UPDATE SKIP LOCKED) k WHERE u.number OPERATOR(pg_catalog.=) k.number";

/// Adds calls to the row of a namespace. Returns false if another transaction has locked it, or if
/// the namespace is gone.
bool add_to_row(int32 number, const NamespaceCalls& calls) {
  Oid types[] = {INT4OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID};
  Datum arguments[] = {Int32GetDatum(number),        Int64GetDatum(calls.requests),
                       Int64GetDatum(calls.queries), Int64GetDatum(calls.upserts),
                       Int64GetDatum(calls.deletes), Int64GetDatum(calls.deleted_vectors)};
  bool is_written = false;
  as_owner_of_namespaces(
      [&] { is_written = execute_on_registry(kAddCalls, lengthof(types), types, arguments) > 0; });
  return is_written;
}

/// Writes the calls of a namespace if the last time was at least `age` seconds ago.
bool write_usage(const NamespaceKey& key, int age) {
  const NamespaceCalls calls = take_calls(key, age);
  if (calls == NamespaceCalls{}) {
    return false;
  }
  return_calls_at_abort(key, calls);
  if (add_to_row(key.number, calls)) {
    return true;
  }
  add_calls(key, calls);
  return_calls_at_abort(key, {-calls.requests, -calls.queries, -calls.upserts, -calls.deletes,
                              -calls.deleted_vectors});
  return false;
}

}  // namespace

// A transaction with a snapshot of its own could fail as another one has written the row since.
void write_usage_sometimes(const Namespace& written) {
  if (!IsolationUsesXactSnapshot()) {
    write_usage(written.key, kMinute);
  }
}

// vecext.flush_namespace_usage() → bigint
VECEXT_FUNCTION(vecext_flush_namespace_usage)
{
  PreventCommandIfReadOnly("vecext.flush_namespace_usage()");
  const Oid registry = registry_table("namespaces");
  GrowingArray<int32> numbers{};
  read_rows("namespaces", nullptr, nullptr, [&](const Datum* values, const bool*) {
    numbers.push(DatumGetInt32(values[kNumber - 1]), CurrentMemoryContext);
  });
  int64 written = 0;
  for (const int32 number : numbers) {
    CHECK_FOR_INTERRUPTS();
    const NamespaceKey key{.database = MyDatabaseId, .registry = registry, .number = number};
    written += write_usage(key, 0) ? 1 : 0;
  }
  PG_RETURN_INT64(written);
}

// vecext_internal.namespace_counters()
VECEXT_FUNCTION(vecext_internal_namespace_counters)
{
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const Oid registry = registry_table("namespaces");
  read_rows("namespaces", nullptr, nullptr, [&](const Datum* columns, const bool*) {
    CHECK_FOR_INTERRUPTS();
    const NamespaceUsage usage = namespace_usage({.database = MyDatabaseId,
                                                  .registry = registry,
                                                  .number = DatumGetInt32(columns[kNumber - 1])});
    Datum values[] = {columns[kNumber - 1],
                      BoolGetDatum(usage.is_counted),
                      Int64GetDatum(usage.rows.vectors),
                      Int64GetDatum(usage.rows.bytes),
                      Int64GetDatum(usage.calls.requests),
                      Int64GetDatum(usage.calls.queries),
                      Int64GetDatum(usage.calls.upserts),
                      Int64GetDatum(usage.calls.deletes),
                      Int64GetDatum(usage.calls.deleted_vectors),
                      Int32GetDatum(usage.running),
                      Int32GetDatum(usage.last_second)};
    bool is_null[lengthof(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  });
  return Datum{};
}

}  // namespace vecext::pg
