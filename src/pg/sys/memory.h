// The core's memory, taken from a memory context.
#pragma once

#include "core/base/arena.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// An arena whose memory lives as long as `context`. Requests beyond 1 GB are allowed. It returns
/// null if there is no memory, which core reports in its Status.
Arena context_arena(MemoryContext context);

/// vecext.cache_size, in kB: how much memory a backend may keep of indexes and tables between
/// statements.
extern int cache_size;

}  // namespace vecext::pg
