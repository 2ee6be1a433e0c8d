// The core's memory, taken from a memory context.
#pragma once

#include "core/base/arena.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// An arena whose memory lives as long as `context`. Requests beyond 1 GB are allowed; where the
/// machine has no memory left, core gets null and says so in its Status.
Arena context_arena(MemoryContext context);

/// vecext.cache_size, in kB: how much a backend may keep of indexes and tables for its next
/// statements.
extern int cache_size;

}  // namespace vecext::pg
