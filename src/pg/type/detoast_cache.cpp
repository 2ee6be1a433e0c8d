#include "pg/type/detoast_cache.h"

#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The limits of a cache. It has so few values that each lookup can compare with all of them.
constexpr int kMostValues = 64;
constexpr Size kMostBytes = 1 << 20;

struct KeptValue {
  Oid relation;
  Oid id;
  varlena* value;
};

/// How much memory of earlier caches the backend keeps. Taking that memory from the operating
/// system each time would take a tenth of the time of a search.
constexpr Size kSpareBytes = 256 << 10;

DetoastCache* newest = nullptr;
MemoryContext spare = nullptr;

}  // namespace

struct DetoastCache {
  MemoryContext memory;  // has the values
  MemoryContextCallback end;
  Size bytes;
  int count;
  KeptValue values[kMostValues];
};

namespace {

void end_recent(void* context) {
  auto* values = static_cast<DetoastCache*>(context);
  if (newest == values) {
    newest = nullptr;
  }
  if (spare == nullptr) {
    spare = values->memory;
    MemoryContextReset(spare);
  } else {
    MemoryContextDelete(values->memory);
  }
}

MemoryContext open_memory() {
  MemoryContext memory = spare;
  spare = nullptr;
  return memory != nullptr
             ? memory
             : AllocSetContextCreate(TopMemoryContext, "vecext recent values", kSpareBytes,
                                     kSpareBytes, ALLOCSET_DEFAULT_MAXSIZE);
}

}  // namespace

DetoastCache* open_recent(MemoryContext context) {
  auto* values = object_in<DetoastCache>(context);
  values->memory = open_memory();
  values->bytes = 0;
  values->count = 0;
  values->end.func = end_recent;
  values->end.arg = values;
  MemoryContextRegisterResetCallback(context, &values->end);
  newest = values;
  return values;
}

varlena* room_for_recent(DetoastCache* values, Size size) {
  if (values->count == kMostValues || values->bytes + size > kMostBytes) {
    return nullptr;
  }
  values->bytes += size;
  return static_cast<varlena*>(MemoryContextAlloc(values->memory, size));
}

void keep_recent(DetoastCache* values, const varatt_external& pointer, varlena* value) {
  values->values[values->count++] = {pointer.va_toastrelid, pointer.va_valueid, value};
}

const varlena* find_recent(const varatt_external& pointer) {
  for (int i = 0; newest != nullptr && i < newest->count; ++i) {
    const KeptValue& kept = newest->values[i];
    if (kept.id == pointer.va_valueid && kept.relation == pointer.va_toastrelid) {
      return kept.value;
    }
  }
  return nullptr;
}

}  // namespace vecext::pg
