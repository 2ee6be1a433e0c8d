// The memory of a set that a session keeps (pg/rowset): what the searches of one index have made of
// the set.
#pragma once

#include "core/filter/filter.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace vecext::pg {

struct KeptSetMemory {
  SetMemory of_searches;
  MemoryContext context;  // of the arena
  FileLocator file;       // of the index
  uint64 changes;         // of its meta page
};

/// Makes the memory that of an index with those `changes`. What others have kept there is dropped,
/// and what a search has left unfinished. Every search of a kept set begins with it.
inline void claim(SetMemory* of_set, Relation index, uint64 changes) {
  auto* memory = reinterpret_cast<KeptSetMemory*>(of_set);
  const FileLocator file = file_locator(index);
  const bool is_own = memory->changes == changes && memcmp(&memory->file, &file, sizeof file) == 0;
  if (!is_own || of_set->kept == nullptr) {
    MemoryContextReset(memory->context);
    of_set->kept = nullptr;
    of_set->is_declined = false;
    memory->file = file;
    memory->changes = changes;
  }
}

static_assert(offsetof(KeptSetMemory, of_searches) == 0);

}  // namespace vecext::pg
