// The differences between the server's major versions in shared memory (see version.h).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "lib/dshash.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#if PG_VERSION_NUM >= 170000
#include "storage/dsm_registry.h"
#endif
}

namespace vecext::pg {

/// Returns the shared memory that has that name. The first call in the server makes it, and calls
/// `start` to fill it. Servers before 17 do not have such named memory. There it is taken from what
/// the main shared memory has left over.
inline void* named_shared_memory(const char* name, Size size, void (*start)(void* place)) {
#if PG_VERSION_NUM >= 190000
  bool is_known;
  return GetNamedDSMSegment(
      name, size, [](void* place, void* run) { reinterpret_cast<void (*)(void*)>(run)(place); },
      &is_known, reinterpret_cast<void*>(start));
#elif PG_VERSION_NUM >= 170000
  bool is_known;
  return GetNamedDSMSegment(name, size, start, &is_known);
#else
  bool is_known;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  void* place = ShmemInitStruct(name, size, &is_known);
  if (!is_known) {
    start(place);
  }
  LWLockRelease(AddinShmemInitLock);
  return place;
#endif
}

/// Returns a new tranche of locks. Before 19, each session has to register the name of the tranche
/// for itself.
inline int new_lock_tranche([[maybe_unused]] const char* name) {
#if PG_VERSION_NUM >= 190000
  return LWLockNewTrancheId(name);
#else
  return LWLockNewTrancheId();
#endif
}
inline void name_lock_tranche([[maybe_unused]] int tranche, [[maybe_unused]] const char* name) {
#if PG_VERSION_NUM < 190000
  LWLockRegisterTranche(tranche, name);
#endif
}

/// Returns the parameters of a table in shared memory whose keys are compared as bytes.
inline dshash_parameters shared_table(Size key, Size entry, int tranche) {
  dshash_parameters parameters{};
  parameters.key_size = key;
  parameters.entry_size = entry;
  parameters.compare_function = dshash_memcmp;
  parameters.hash_function = dshash_memhash;
#if PG_VERSION_NUM >= 170000
  parameters.copy_function = dshash_memcpy;
#endif
  parameters.tranche_id = tranche;
  return parameters;
}

}  // namespace vecext::pg
