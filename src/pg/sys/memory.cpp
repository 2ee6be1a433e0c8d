#include "pg/sys/memory.h"

extern "C" {
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

}  // namespace vecext::pg
