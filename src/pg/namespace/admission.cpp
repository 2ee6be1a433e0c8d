#include "pg/namespace/admission.h"

#include "pg/namespace/quota_error.h"

extern "C" {
#include "access/xact.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

bool is_announced = false;  // a call was announced and is not admitted yet
CallKind announced_kind;

/// The namespaces that have a query of this session among those that run.
GrowingArray<NamespaceKey> running;

bool is_running(const NamespaceKey& key) {
  for (const NamespaceKey& other : running) {
    if (other == key) {
      return true;
    }
  }
  return false;
}

void end_transaction(XactEvent event, void*) {
  if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE) {
    is_announced = false;
    end_queries();
  }
}

void end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId, void*) {
  if (event == SUBXACT_EVENT_ABORT_SUB) {
    is_announced = false;
  }
}

void watch_transactions() {
  static bool has_callbacks = false;
  if (!has_callbacks) {
    RegisterXactCallback(end_transaction, nullptr);
    RegisterSubXactCallback(end_subtransaction, nullptr);
    has_callbacks = true;
  }
}

/// Returns the namespace of the caller, if the points of the collection belong to namespaces and
/// the caller has one. Raises an ERROR 25006 if it may not be read.
const Namespace* namespace_of_call(const Collection& collection) {
  if (collection.namespace_column == InvalidAttrNumber) {
    return nullptr;
  }
  const Namespace* caller = namespace_of_caller();
  if (caller != nullptr) {
    check_may_read(*caller);
  }
  return caller;
}

}  // namespace

void announce_call(const Collection& collection, CallKind kind) {
  is_announced = collection.namespace_column != InvalidAttrNumber;
  announced_kind = kind;
  if (is_announced) {
    watch_transactions();
  }
}

void announce_no_call() {
  is_announced = false;
}

void admit_call() {
  if (!is_announced) {
    return;
  }
  is_announced = false;
  const Namespace* caller = namespace_of_caller();
  if (caller == nullptr) {
    return;  // a role that row-level security does not hold back, or that sees nothing
  }
  const bool is_query = announced_kind == CallKind::kQuery;
  if (is_query) {
    check_may_read(*caller);
  } else {
    check_may_write(*caller);
  }
  // A statement that calls several functions is one query that runs.
  const bool starts = is_query && !is_running(caller->key);
  running.reserve(running.count + 1, TopMemoryContext);
  int64 wait = 0;
  const CallQuota exceeded =
      enter_call(caller->key, announced_kind, starts, caller->quotas.calls, &wait);
  if (exceeded != CallQuota::kNone) {
    raise_call_quota(*caller, exceeded, wait);
  }
  if (starts) {
    running.push(caller->key, TopMemoryContext);
  }
}

void end_queries() {
  for (const NamespaceKey& key : running) {
    leave_call(key);
  }
  running.count = 0;
}

void check_results(const Collection& collection, int64 rows) {
  const Namespace* caller = namespace_of_call(collection);
  if (caller != nullptr) {
    check_result_quota(*caller, rows);
  }
}

void check_points_of_call(const Collection& collection, int64 points) {
  const Namespace* caller = namespace_of_call(collection);
  if (caller != nullptr) {
    check_batch_quota(*caller, points);
  }
}

}  // namespace vecext::pg
