// What the server knows of the use of namespaces: their rows and bytes, those of open transactions
// included, the calls of the last second, and the queries that run. All sessions share it, so a
// quota is exact and no session waits for another one's transaction.
//
// It is lost when the server stops or crashes. Rows and bytes are then counted once in the tables.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "datatype/timestamp.h"
}

namespace vecext::pg {

/// Identifies a namespace in the server.
struct NamespaceKey {
  Oid database;
  Oid registry;  // vecext.namespaces: a new extension numbers its namespaces from 1 again
  int32 number;

  bool operator==(const NamespaceKey&) const = default;
};
static_assert(sizeof(NamespaceKey) == 12, "keys are compared as bytes");

/// Rows of a namespace, and the bytes of their values before compression.
struct RowTotals {
  int64 vectors;
  int64 bytes;

  void operator+=(const RowTotals& more) {
    vectors += more.vectors;
    bytes += more.bytes;
  }
};

/// What is counted of the calls of a namespace.
struct NamespaceCalls {
  int64 requests;
  int64 queries;
  int64 upserts;
  int64 deletes;
  int64 deleted_vectors;

  bool operator==(const NamespaceCalls&) const = default;
  void operator+=(const NamespaceCalls& more) {
    requests += more.requests;
    queries += more.queries;
    upserts += more.upserts;
    deletes += more.deletes;
    deleted_vectors += more.deleted_vectors;
  }
};

enum class CallKind : uint8 { kQuery, kUpsert, kDelete };

/// A quota that is -1 is not limited.
struct CallQuotas {
  int32 requests_per_second;
  int32 concurrent_queries;
};

/// What shared memory has of a namespace.
struct NamespaceUsage {
  bool is_counted;  // the rows were counted since the server started
  RowTotals rows;
  NamespaceCalls calls;  // that are not yet in vecext.namespace_usage
  int32 running;
  int32 last_second;  // requests of the last second; 0 if their rate is not limited
};

/// Returns what shared memory has. All functions of this file but release_rows() and leave_call()
/// raise an ERROR if the session cannot attach to the shared memory: then no quota can be checked.
NamespaceUsage namespace_usage(const NamespaceKey& key);

/// Sets the rows that the namespace has, and says that they are counted.
void set_counted_rows(const NamespaceKey& key, const RowTotals& rows);

/// Says of all namespaces of the database that their rows are not counted.
void forget_counted_rows();

enum class RowQuota : uint8 { kNone, kVectors, kStorage };

/// Adds rows to those of a namespace, unless it would then have more than `most`, where -1 is not a
/// limit. Returns the quota that would be exceeded, and sets `total` to what the namespace would
/// have. If nothing is to be added, no quota is exceeded.
RowQuota reserve_rows(const NamespaceKey& key, const RowTotals& more, const RowTotals& most,
                      RowTotals* total);

/// Takes rows away from those of a namespace. This never raises an error if the session has
/// reserved rows before.
void release_rows(const NamespaceKey& key, const RowTotals& rows);

enum class CallQuota : uint8 { kNone, kRate, kConcurrent };

/// Counts a call, unless that exceeds a quota, which it returns. If `starts` is true, a query runs
/// from now until leave_call(). If the rate is exceeded, sets `wait` to the microseconds until a
/// call is admitted.
CallQuota enter_call(const NamespaceKey& key, CallKind kind, bool starts, const CallQuotas& quotas,
                     int64* wait);

/// Ends a query that enter_call() has started. This never raises an error.
void leave_call(const NamespaceKey& key);

/// Adds calls to what is not yet in vecext.namespace_usage.
void add_calls(const NamespaceKey& key, const NamespaceCalls& calls);

/// Returns the calls that are not yet in vecext.namespace_usage, and counts from zero, if the last
/// time was at least `age` seconds ago. Otherwise all numbers are zero.
NamespaceCalls take_calls(const NamespaceKey& key, int age);

}  // namespace vecext::pg
