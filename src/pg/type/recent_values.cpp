#include "pg/type/recent_values.h"

namespace vecext::pg {

namespace {

/// Few enough to be looked through for every toasted value that is read, and small.
constexpr int kMostValues = 64;
constexpr Size kMostBytes = 1 << 20;

struct KeptValue {
  Oid relation;
  Oid id;
  varlena* value;
};

RecentValues* newest = nullptr;

}  // namespace

struct RecentValues {
  MemoryContext context;
  MemoryContextCallback end;
  Size bytes;
  int count;
  KeptValue values[kMostValues];
};

namespace {

void end_recent(void* values) {
  if (newest == values) {
    newest = nullptr;
  }
}

}  // namespace

RecentValues* open_recent(MemoryContext context) {
  auto* values = static_cast<RecentValues*>(MemoryContextAlloc(context, sizeof(RecentValues)));
  values->context = context;
  values->bytes = 0;
  values->count = 0;
  values->end.func = end_recent;
  values->end.arg = values;
  MemoryContextRegisterResetCallback(context, &values->end);
  newest = values;
  return values;
}

void keep_recent(RecentValues* values, const varatt_external& pointer, const varlena* value) {
  const Size size = VARSIZE(value);
  if (values->count == kMostValues || values->bytes + size > kMostBytes) {
    return;
  }
  auto* copy = static_cast<varlena*>(MemoryContextAlloc(values->context, size));
  memcpy(copy, value, size);
  values->values[values->count++] = {pointer.va_toastrelid, pointer.va_valueid, copy};
  values->bytes += size;
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
