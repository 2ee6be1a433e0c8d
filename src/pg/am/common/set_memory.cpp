#include "pg/am/common/set_memory.h"

#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Returns the memory of the set for searches of the index, or null if the set has no such memory.
IndexSetMemory* find(const SetMemories& of_set, Relation index) {
  IndexSetMemory* memory = of_set.first;
  while (memory != nullptr && memory->index != RelationGetRelid(index)) {
    memory = memory->next;
  }
  return memory;
}

IndexSetMemory* add(SetMemories* of_set, Relation index) {
  auto* memory = zeroed_in<IndexSetMemory>(of_set->context);
  memory->context =
      AllocSetContextCreate(of_set->context, "vecext searches of a kept set", ALLOCSET_SMALL_SIZES);
  memory->of_searches.arena = context_arena(memory->context);
  memory->index = RelationGetRelid(index);
  memory->next = of_set->first;
  of_set->first = memory;
  return memory;
}

}  // namespace

SetMemory* memory_of(SetMemories* of_set, Relation index, uint64 changes) {
  if (of_set == nullptr) {
    return nullptr;
  }
  IndexSetMemory* memory = find(*of_set, index);
  if (memory == nullptr) {
    memory = add(of_set, index);
  }
  const FileLocator file = file_locator(index);
  const bool is_own = memory->changes == changes && same_file(memory->file, file);
  if (!is_own || memory->of_searches.kept == nullptr) {
    MemoryContextReset(memory->context);
    memory->of_searches.kept = nullptr;
    memory->of_searches.is_declined = false;
    memory->file = file;
    memory->changes = changes;
  }
  memory->of_searches.most_bytes = of_set->most_bytes;
  return &memory->of_searches;
}

void drop_kept(SetMemories* of_set) {
  for (IndexSetMemory* memory = of_set->first; memory != nullptr; memory = memory->next) {
    MemoryContextReset(memory->context);
    memory->of_searches.kept = nullptr;
    memory->of_searches.is_scarce = true;
  }
}

bool keeps(const SetMemories* of_set, Relation index) {
  if (of_set == nullptr) {
    return false;
  }
  const IndexSetMemory* memory = find(*of_set, index);
  return memory == nullptr || !memory->of_searches.is_declined;
}

}  // namespace vecext::pg
