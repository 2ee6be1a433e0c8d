#include "pg/sys/memory.h"

#include <sys/mman.h>

#include "pg/sys/version.h"

extern "C" {
#include "miscadmin.h"
#include "postmaster/autovacuum.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr Size kAlignment = 64;

/// Asks the system to use pages of 2 MB for a large block. A construction reads anywhere in its
/// arrays, and with pages of 4 kB it spends much time on the translation of addresses (measured).
/// If the system refuses, the block is used as it is.
void want_huge_pages(void* block, Size bytes) {
#ifdef MADV_HUGEPAGE
  constexpr Size kHugePage = Size{2} << 20;
  constexpr Size kLeast = 4 * kHugePage;
  if (bytes >= kLeast) {
    char* begin = reinterpret_cast<char*>(TYPEALIGN(kHugePage, block));
    char* end =
        reinterpret_cast<char*>(TYPEALIGN_DOWN(kHugePage, static_cast<char*>(block) + bytes));
    madvise(begin, static_cast<Size>(end - begin), MADV_HUGEPAGE);
  }
#endif
}

void* allocate(void* source, std::size_t bytes) {
  if (bytes > MaxAllocHugeSize - kAlignment) {
    return nullptr;
  }
  void* chunk = MemoryContextAllocExtended(static_cast<MemoryContext>(source), bytes + kAlignment,
                                           MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
  if (chunk == nullptr) {
    return nullptr;
  }
  want_huge_pages(chunk, bytes);
  return reinterpret_cast<void*>(TYPEALIGN(kAlignment, chunk));
}

}  // namespace

int cache_size;

Arena context_arena(MemoryContext context) {
  return {allocate, context};
}

void call_at_reset(MemoryContext context, MemoryContextCallbackFunction function, void* arg) {
  auto* callback = object_in<MemoryContextCallback>(context);
  callback->func = function;
  callback->arg = arg;
  MemoryContextRegisterResetCallback(context, callback);
}

MaintenanceMemory maintenance_memory() {
  constexpr Size kKilobyte = 1024;
  if (is_autovacuum_worker() && autovacuum_work_mem != -1) {
    return {"autovacuum_work_mem", static_cast<Size>(autovacuum_work_mem) * kKilobyte};
  }
  return {"maintenance_work_mem", static_cast<Size>(maintenance_work_mem) * kKilobyte};
}

}  // namespace vecext::pg
