// The core's memory, taken from a memory context.
#pragma once

#include "core/base/arena.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// An arena whose memory lives as long as `context`. Requests beyond 1 GB are allowed. It returns
/// null if there is no memory, which core reports in its Status.
Arena context_arena(MemoryContext context);

/// Calls function(arg) once, when `context` is reset or deleted.
void call_at_reset(MemoryContext context, MemoryContextCallbackFunction function, void* arg);

/// How much memory a build or a reorganization of an index may take in this process, and the
/// setting that says so: autovacuum_work_mem in an autovacuum worker, if that is set;
/// maintenance_work_mem otherwise, as for the server's own indexes.
struct MaintenanceMemory {
  const char* setting;
  Size bytes;
};
MaintenanceMemory maintenance_memory();

/// vecext.cache_size, in kB: how much memory a backend may keep of indexes and tables between
/// statements.
extern int cache_size;

}  // namespace vecext::pg
