// The table is an array of slots. A slot that belongs to an index has the index in `owner`, and
// lies among the kProbes slots from the hash of `owner` on. Sessions find a slot and add to its
// counters without a lock. A lock is held while a slot changes its owner. A session may add to a
// slot that another index gets at the same moment, because the index of the session was dropped:
// then a scan is counted for the wrong index.
#include "pg/shared/index_counters.h"

#include "pg/sys/error_scope.h"
#include "pg/sys/version_shared.h"

extern "C" {
#include "catalog/pg_database.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

bool track_scans;

namespace {

// The name of the table has the version of its layout.
constexpr char kName[] = "vecext statistics 2";
constexpr char kTranche[] = "VecextStatistics";
constexpr uint32 kSlots = 4096;
constexpr uint32 kProbes = 64;
constexpr int kPause = 60 * 1000;  // milliseconds after a failure

struct Slot {
  pg_atomic_uint64 owner;  // the database, and in the lower half the index; 0 if the slot is free
  pg_atomic_uint64 since;  // a TimestampTz
  IndexCounters<pg_atomic_uint64> counters;
};
static_assert(sizeof(pg_atomic_uint64) == sizeof(uint64));
static_assert(sizeof(Slot) == 8 * (2 + kScanWays + 11 + kTimeBuckets),
              "sessions of all builds use it");

/// How sessions find the table.
struct TableHandle {
  LWLock lock;  // protects the members below, and owners of slots against other changes
  int tranche;
  bool has_table;
  dsm_handle table;
};

TableHandle* handle = nullptr;
Slot* slots = nullptr;         // null until this session has attached to the table
TimestampTz paused_until = 0;  // 0 if the session has not failed to count

void start_handle(void* place) {
  auto* started = static_cast<TableHandle*>(place);
  started->tranche = new_lock_tranche(kTranche);
  started->has_table = false;
  LWLockInitialize(&started->lock, started->tranche);
}

/// Attaches to the table, or makes it.
void attach() {
  handle = static_cast<TableHandle*>(named_shared_memory(kName, sizeof(TableHandle), start_handle));
  name_lock_tranche(handle->tranche, kTranche);
  LWLockAcquire(&handle->lock, LW_EXCLUSIVE);
  constexpr Size kBytes = kSlots * sizeof(Slot);
  dsm_segment* segment = handle->has_table ? dsm_attach(handle->table) : dsm_create(kBytes, 0);
  if (segment == nullptr) {
    elog(ERROR, "cannot attach to the table of statistics");
  }
  if (!handle->has_table) {
    memset(dsm_segment_address(segment), 0, kBytes);
    dsm_pin_segment(segment);
    handle->table = dsm_segment_handle(segment);
    handle->has_table = true;
  }
  dsm_pin_mapping(segment);
  slots = static_cast<Slot*>(dsm_segment_address(segment));
  LWLockRelease(&handle->lock);
}

void pause_counting() {
  paused_until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), kPause);
}

/// Runs what may fail without harm to the statement. A cancel still ends the statement.
template <class Run>
void try_to(Run run) {
  ErrorData* error = catch_error(run);
  if (error == nullptr) {
    return;
  }
  if (error->sqlerrcode == ERRCODE_QUERY_CANCELED) {
    ReThrowError(error);
  }
  ereport(DEBUG1, (errmsg_internal("cannot count scans: %s", error->message)));
  FreeErrorData(error);
}

/// True if the session is attached to the table, or can attach to it now.
bool has_table() {
  if (slots != nullptr) {
    return true;
  }
  if (!IsUnderPostmaster || (paused_until != 0 && GetCurrentTimestamp() < paused_until)) {
    return false;
  }
  try_to(attach);
  if (slots == nullptr) {
    pause_counting();
  }
  return slots != nullptr;
}

uint64 owner_of(Oid index) {
  return static_cast<uint64>(MyDatabaseId) << 32 | index;
}

uint32 first_place(uint64 owner) {
  return static_cast<uint32>(
      hash_bytes_extended(reinterpret_cast<const unsigned char*>(&owner), sizeof owner, 0));
}

/// Returns the first slot with that owner among the slots where `wanted` would be, or null.
Slot* find_slot(uint64 wanted, uint64 owner) {
  const uint32 first = first_place(wanted);
  for (uint32 i = 0; i < kProbes; ++i) {
    Slot* slot = &slots[(first + i) % kSlots];
    if (pg_atomic_read_u64(&slot->owner) == owner) {
      return slot;
    }
  }
  return nullptr;
}

void clear(Slot* slot) {
  auto* numbers = reinterpret_cast<pg_atomic_uint64*>(&slot->counters);
  for (Size i = 0; i < sizeof slot->counters / sizeof *numbers; ++i) {
    pg_atomic_write_u64(&numbers[i], 0);
  }
  pg_atomic_write_u64(&slot->since, static_cast<uint64>(GetCurrentTimestamp()));
}

/// Gives the index a slot, unless another session has done so meanwhile. Returns null if no slot
/// where it would be is free.
Slot* add_slot(uint64 owner) {
  LWLockAcquire(&handle->lock, LW_EXCLUSIVE);
  Slot* slot = find_slot(owner, owner);
  if (slot == nullptr) {
    slot = find_slot(owner, 0);
    if (slot != nullptr) {
      clear(slot);
      pg_write_barrier();
      pg_atomic_write_u64(&slot->owner, owner);
    }
  }
  LWLockRelease(&handle->lock);
  return slot;
}

void free_slot(Slot* slot, uint64 owner) {
  LWLockAcquire(&handle->lock, LW_EXCLUSIVE);
  if (pg_atomic_read_u64(&slot->owner) == owner) {
    pg_atomic_write_u64(&slot->owner, 0);
  }
  LWLockRelease(&handle->lock);
}

/// True if the database and the index of a slot's owner exist. An index of another database counts
/// as existing if its database does. An index whose transaction has not been committed does not
/// exist for other sessions, so its counters may be lost.
bool exists(uint64 owner) {
  const auto database = static_cast<Oid>(owner >> 32);
  return database == MyDatabaseId
             ? SearchSysCacheExists1(RELOID, ObjectIdGetDatum(static_cast<Oid>(owner)))
             : SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database));
}

/// Frees the slots where `owner` would be whose indexes or databases were dropped. Looks into the
/// catalog, so no page may be locked.
void free_dropped_slots(uint64 owner) {
  const uint32 first = first_place(owner);
  for (uint32 i = 0; i < kProbes; ++i) {
    Slot* slot = &slots[(first + i) % kSlots];
    const uint64 other = pg_atomic_read_u64(&slot->owner);
    if (other != 0 && !exists(other)) {
      free_slot(slot, other);
    }
  }
}

/// Gives the index a slot, if need be that of an index that was dropped. Returns null if no slot
/// can be had, or if a page is locked and no slot is free.
Slot* slot_for(uint64 owner) {
  Slot* slot = add_slot(owner);
  if (slot != nullptr || InterruptHoldoffCount > 0) {
    return slot;
  }
  try_to([owner] { free_dropped_slots(owner); });
  return add_slot(owner);
}

/// Returns the counters of an index, or null if it has none.
IndexCounters<pg_atomic_uint64>* counters_of(Relation index) {
  if (!track_scans || RelationUsesLocalBuffers(index) || !has_table()) {
    return nullptr;
  }
  const uint64 owner = owner_of(RelationGetRelid(index));
  Slot* slot = find_slot(owner, owner);
  if (slot == nullptr && (paused_until == 0 || GetCurrentTimestamp() >= paused_until)) {
    slot = slot_for(owner);
    paused_until = 0;
    if (slot == nullptr) {
      pause_counting();
    }
  }
  return slot == nullptr ? nullptr : &slot->counters;
}

void add(pg_atomic_uint64* counter, int64 n) {
  if (n != 0) {
    pg_atomic_fetch_add_u64(counter, n);
  }
}

IndexCounts counts_of(Slot* slot) {
  IndexCounts counts;
  auto* to = reinterpret_cast<uint64*>(&counts);
  auto* from = reinterpret_cast<pg_atomic_uint64*>(&slot->counters);
  for (Size i = 0; i < sizeof counts / sizeof *to; ++i) {
    to[i] = pg_atomic_read_u64(&from[i]);
  }
  return counts;
}

}  // namespace

void count_scan(Relation index, const ScanCounts& scan) {
  IndexCounters<pg_atomic_uint64>* counters = counters_of(index);
  if (counters == nullptr) {
    return;
  }
  add(&counters->scans[static_cast<Size>(scan.way)], 1);
  pg_atomic_write_u64(&counters->last_scan, static_cast<uint64>(GetCurrentTimestamp()));
  add(&counters->steps, scan.steps);
  add(&counters->pages, scan.pages);
  add(&counters->rows_scored, scan.rows_scored);
  add(&counters->rows_reranked, scan.rows_reranked);
  add(&counters->rows, scan.rows);
  add(&counters->nanoseconds, scan.nanoseconds);
  add(&counters->times[time_bucket(static_cast<uint64>(scan.nanoseconds))], 1);
}

void count_observed(Relation index, int64 rows, int64 missed) {
  IndexCounters<pg_atomic_uint64>* counters = counters_of(index);
  if (counters != nullptr) {
    add(&counters->observed_queries, 1);
    add(&counters->observed_rows, rows);
    add(&counters->missed_rows, missed);
  }
}

void count_damage(Relation index) {
  IndexCounters<pg_atomic_uint64>* counters = counters_of(index);
  if (counters != nullptr) {
    add(&counters->damages, 1);
  }
}

void forget_damages(Relation index) {
  if (!has_table()) {
    return;
  }
  const uint64 owner = owner_of(RelationGetRelid(index));
  Slot* slot = find_slot(owner, owner);
  if (slot != nullptr) {
    pg_atomic_write_u64(&slot->counters.damages, 0);
  }
}

GrowingArray<CountedIndex> counted_indexes() {
  GrowingArray<CountedIndex> indexes{};
  if (!has_table()) {
    return indexes;
  }
  for (uint32 i = 0; i < kSlots; ++i) {
    Slot* slot = &slots[i];
    const uint64 owner = pg_atomic_read_u64(&slot->owner);
    if (owner == 0) {
      continue;
    }
    if (!exists(owner)) {
      free_slot(slot, owner);
    } else if (owner >> 32 == MyDatabaseId) {
      indexes.push({static_cast<Oid>(owner),
                    static_cast<TimestampTz>(pg_atomic_read_u64(&slot->since)), counts_of(slot)},
                   CurrentMemoryContext);
    }
  }
  return indexes;
}

void reset_counters(const Oid* index) {
  if (!has_table()) {
    return;
  }
  for (uint32 i = 0; i < kSlots; ++i) {
    const uint64 owner = pg_atomic_read_u64(&slots[i].owner);
    if (index == nullptr ? owner >> 32 == MyDatabaseId : owner == owner_of(*index)) {
      clear(&slots[i]);
    }
  }
}

}  // namespace vecext::pg
