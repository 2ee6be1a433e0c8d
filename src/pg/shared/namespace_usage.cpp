// The table of namespaces is a hash table in an area of shared memory, whose entries are locked by
// partition while a session reads or changes one. Nothing is waited for while one is locked.
#include "pg/shared/namespace_usage.h"

#include <ctime>

#include "core/quota/request_window.h"
#include "pg/sys/version_shared.h"

extern "C" {
#include "lib/dshash.h"
#include "miscadmin.h"
#include "storage/lwlock.h"
#include "utils/dsa.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

// The name of the table has the version of its layout. Sessions of all builds use it.
constexpr char kName[] = "vecext namespaces 1";
constexpr char kTranche[] = "VecextNamespaces";

struct Entry {
  NamespaceKey key;
  int32 running;
  bool is_counted;
  RowTotals rows;
  NamespaceCalls calls;
  int64 taken_at;  // when the calls were last taken, in microseconds of the monotonic clock
  RequestWindow window;
  dsa_pointer times;  // the ring of the window
  int64 limit;        // its size
};
static_assert(sizeof(Entry) == 120, "sessions of all builds use it");

/// How sessions find the table.
struct TableHandle {
  LWLock lock;  // protects the members below
  int tranche;
  bool has_area;
  dsa_handle area;
  dshash_table_handle table;
};

dsa_area* area = nullptr;
dshash_table* entries = nullptr;  // null until this session has attached to the table

void start_handle(void* place) {
  auto* started = static_cast<TableHandle*>(place);
  started->tranche = new_lock_tranche(kTranche);
  started->has_area = false;
  LWLockInitialize(&started->lock, started->tranche);
}

void make_table(TableHandle* handle, const dshash_parameters& parameters) {
  dsa_area* made = dsa_create(handle->tranche);
  dshash_table* table = dshash_create(made, &parameters, nullptr);
  dsa_pin(made);
  dsa_pin_mapping(made);
  handle->area = dsa_get_handle(made);
  handle->table = dshash_get_hash_table_handle(table);
  handle->has_area = true;
  area = made;
  entries = table;
}

void attach_to_table(const TableHandle& handle, const dshash_parameters& parameters) {
  if (area == nullptr) {
    dsa_area* found = dsa_attach(handle.area);
    dsa_pin_mapping(found);
    area = found;
  }
  entries = dshash_attach(area, &parameters, handle.table, nullptr);
}

dshash_table* table() {
  if (entries != nullptr) {
    return entries;
  }
  if (!IsUnderPostmaster) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("quotas of namespaces are not checked in single-user mode")));
  }
  auto* handle =
      static_cast<TableHandle*>(named_shared_memory(kName, sizeof(TableHandle), start_handle));
  name_lock_tranche(handle->tranche, kTranche);
  const dshash_parameters parameters =
      shared_table(sizeof(NamespaceKey), sizeof(Entry), handle->tranche);
  // This session's handle of the table lives as long as the session.
  const MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);
  LWLockAcquire(&handle->lock, LW_EXCLUSIVE);
  if (handle->has_area) {
    attach_to_table(*handle, parameters);
  } else {
    make_table(handle, parameters);
  }
  LWLockRelease(&handle->lock);
  MemoryContextSwitchTo(before);
  return entries;
}

/// Returns the entry of a namespace, locked. The caller must unlock it.
Entry* locked_entry(const NamespaceKey& key) {
  bool is_known = false;
  auto* entry = static_cast<Entry*>(dshash_find_or_insert(table(), &key, &is_known));
  if (!is_known) {
    *entry = {};
    entry->key = key;
  }
  return entry;
}

void unlock(Entry* entry) {
  dshash_release_lock(entries, entry);
}

/// The time in microseconds, of a clock that all sessions share and that is never set back.
int64 now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return int64{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

std::span<int64> times_of(const Entry& entry) {
  if (entry.limit == 0) {
    return {};
  }
  return {static_cast<int64*>(dsa_get_address(area, entry.times)), static_cast<Size>(entry.limit)};
}

/// Gives the window the size of the quota. Returns false if shared memory does not suffice.
bool size_window(Entry* entry, int64 limit) {
  if (entry->limit == limit) {
    return true;
  }
  const dsa_pointer times =
      limit == 0
          ? InvalidDsaPointer
          : dsa_allocate_extended(area, static_cast<Size>(limit) * sizeof(int64), DSA_ALLOC_NO_OOM);
  if (limit != 0 && !DsaPointerIsValid(times)) {
    return false;
  }
  const std::span<int64> old = times_of(*entry);
  const dsa_pointer old_times = entry->times;
  entry->times = times;
  entry->limit = limit;
  if (old.empty()) {
    entry->window = {};
  } else {
    resize_window(old, times_of(*entry), &entry->window);
    dsa_free(area, old_times);
  }
  return true;
}

/// Checks the quotas of a call in the order in which they apply, and counts the call if they admit
/// it. A call that is refused for the queries that run has counted in the window of the rate, as it
/// has come that far.
CallQuota admit(Entry* entry, CallKind kind, bool starts, const CallQuotas& quotas, int64* wait) {
  const int64 time = now();
  if (quotas.requests_per_second >= 0 && !admit_request(times_of(*entry), &entry->window, time)) {
    *wait = entry->limit == 0 ? kWindow : wait_for_request(times_of(*entry), entry->window, time);
    return CallQuota::kRate;
  }
  if (starts && quotas.concurrent_queries >= 0 && entry->running >= quotas.concurrent_queries) {
    return CallQuota::kConcurrent;
  }
  NamespaceCalls* calls = &entry->calls;
  ++calls->requests;
  ++(kind == CallKind::kQuery    ? calls->queries
     : kind == CallKind::kUpsert ? calls->upserts
                                 : calls->deletes);
  if (starts) {
    ++entry->running;
  }
  return CallQuota::kNone;
}

bool exceeds(int64 total, int64 more, int64 most) {
  return more > 0 && most >= 0 && total > most;
}

}  // namespace

NamespaceUsage namespace_usage(const NamespaceKey& key) {
  NamespaceUsage usage{};
  auto* entry = static_cast<Entry*>(dshash_find(table(), &key, false));
  if (entry != nullptr) {
    usage.is_counted = entry->is_counted;
    usage.rows = entry->rows;
    usage.calls = entry->calls;
    usage.running = entry->running;
    usage.last_second =
        static_cast<int32>(requests_in_window(times_of(*entry), entry->window, now()));
    unlock(entry);
  }
  return usage;
}

void set_counted_rows(const NamespaceKey& key, const RowTotals& rows) {
  Entry* entry = locked_entry(key);
  entry->rows = rows;
  entry->is_counted = true;
  unlock(entry);
}

void forget_counted_rows() {
  dshash_seq_status all;
  dshash_seq_init(&all, table(), true);
  while (auto* entry = static_cast<Entry*>(dshash_seq_next(&all))) {
    if (entry->key.database == MyDatabaseId) {
      entry->is_counted = false;
    }
  }
  dshash_seq_term(&all);
}

RowQuota reserve_rows(const NamespaceKey& key, const RowTotals& more, const RowTotals& most,
                      RowTotals* total) {
  Entry* entry = locked_entry(key);
  *total = {.vectors = entry->rows.vectors + more.vectors, .bytes = entry->rows.bytes + more.bytes};
  const RowQuota exceeded = exceeds(total->vectors, more.vectors, most.vectors) ? RowQuota::kVectors
                            : exceeds(total->bytes, more.bytes, most.bytes)     ? RowQuota::kStorage
                                                                                : RowQuota::kNone;
  if (exceeded == RowQuota::kNone) {
    entry->rows = *total;
  }
  unlock(entry);
  return exceeded;
}

void release_rows(const NamespaceKey& key, const RowTotals& rows) {
  auto* entry =
      entries == nullptr ? nullptr : static_cast<Entry*>(dshash_find(entries, &key, true));
  if (entry == nullptr) {
    return;
  }
  entry->rows.vectors = Max(entry->rows.vectors - rows.vectors, 0);
  entry->rows.bytes = Max(entry->rows.bytes - rows.bytes, 0);
  unlock(entry);
}

CallQuota enter_call(const NamespaceKey& key, CallKind kind, bool starts, const CallQuotas& quotas,
                     int64* wait) {
  Entry* entry = locked_entry(key);
  const bool has_window = size_window(entry, Max(quotas.requests_per_second, 0));
  const CallQuota exceeded =
      has_window ? admit(entry, kind, starts, quotas, wait) : CallQuota::kNone;
  unlock(entry);
  if (!has_window) {
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY),
                    errmsg("out of shared memory for the rate of requests of a namespace")));
  }
  return exceeded;
}

void leave_call(const NamespaceKey& key) {
  auto* entry =
      entries == nullptr ? nullptr : static_cast<Entry*>(dshash_find(entries, &key, true));
  if (entry != nullptr) {
    entry->running = Max(entry->running - 1, 0);
    unlock(entry);
  }
}

void add_calls(const NamespaceKey& key, const NamespaceCalls& calls) {
  if (calls == NamespaceCalls{}) {
    return;
  }
  Entry* entry = locked_entry(key);
  entry->calls += calls;
  unlock(entry);
}

NamespaceCalls take_calls(const NamespaceKey& key, int age) {
  Entry* entry = locked_entry(key);
  const int64 time = now();
  NamespaceCalls calls{};
  if (entry->taken_at == 0 || time - entry->taken_at >= int64{age} * 1'000'000) {
    calls = entry->calls;
    entry->calls = {};
    entry->taken_at = time;
  }
  unlock(entry);
  return calls;
}

}  // namespace vecext::pg
