#include "pg/sys/memory.h"

#include "pg/sys/version.h"

extern "C" {
#include "miscadmin.h"
#include "postmaster/autovacuum.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr Size kAlignment = 64;

void* take(void* source, std::size_t bytes) {
  if (bytes > MaxAllocHugeSize - kAlignment) {
    return nullptr;
  }
  void* chunk = MemoryContextAllocExtended(static_cast<MemoryContext>(source), bytes + kAlignment,
                                           MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
  return chunk == nullptr ? nullptr : reinterpret_cast<void*>(TYPEALIGN(kAlignment, chunk));
}

}  // namespace

int cache_size;

Arena context_arena(MemoryContext context) {
  return {take, context};
}

MaintenanceMemory maintenance_memory() {
  constexpr Size kKilobyte = 1024;
  if (is_autovacuum_worker() && autovacuum_work_mem != -1) {
    return {"autovacuum_work_mem", static_cast<Size>(autovacuum_work_mem) * kKilobyte};
  }
  return {"maintenance_work_mem", static_cast<Size>(maintenance_work_mem) * kKilobyte};
}

}  // namespace vecext::pg
