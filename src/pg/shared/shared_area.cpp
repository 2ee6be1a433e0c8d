#include "pg/shared/shared_area.h"

#include "pg/shared/build_id.h"
#include "pg/shared/shared_blocks.h"
#include "pg/sys/version_shared.h"

extern "C" {
#include "storage/lwlock.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr char kTranche[] = "VecextSharedBlocks";

/// How sessions find the area. Before 17, it lies in what is left over of the server's main shared
/// memory, which is meant for such small things.
struct AreaHandles {
  LWLock lock;    // protects the members below
  int tranche;    // the tranche of all locks in the area
  bool has_area;  // true once there is an area
  dsa_handle memory;
  dshash_table_handle blocks;
  dsa_pointer counts;
};

void start_handles(void* place) {
  auto* handles = static_cast<AreaHandles*>(place);
  handles->tranche = new_lock_tranche(kTranche);
  handles->has_area = false;
  LWLockInitialize(&handles->lock, handles->tranche);
}

void make_area(AreaHandles* handles, SharedArea* area) {
  area->memory = dsa_create(handles->tranche);
  const dshash_parameters parameters = block_table(handles->tranche);
  area->blocks = dshash_create(area->memory, &parameters, nullptr);
  const dsa_pointer counts = dsa_allocate0(area->memory, sizeof(SharedCounts));
  area->counts = static_cast<SharedCounts*>(dsa_get_address(area->memory, counts));
  pg_atomic_init_u64(&area->counts->bytes, 0);
  // The area is pinned last, so that an error before this point frees it.
  dsa_pin(area->memory);
  dsa_pin_mapping(area->memory);
  handles->memory = dsa_get_handle(area->memory);
  handles->blocks = dshash_get_hash_table_handle(area->blocks);
  handles->counts = counts;
  handles->has_area = true;
}

void attach_to_area(const AreaHandles& handles, SharedArea* area) {
  area->memory = dsa_attach(handles.memory);
  const dshash_parameters parameters = block_table(handles.tranche);
  area->blocks = dshash_attach(area->memory, &parameters, handles.blocks, nullptr);
  area->counts = static_cast<SharedCounts*>(dsa_get_address(area->memory, handles.counts));
  // The mapping is pinned last, so that an error before this point detaches it. That matters,
  // because a session may attach to the area only once.
  dsa_pin_mapping(area->memory);
}

}  // namespace

SharedArea* shared_area(bool makes) {
  static SharedArea area;
  static bool is_attached = false;
  if (is_attached) {
    return &area;
  }
  // The layout of blocks depends on the build, so each build has its own area.
  char name[32];
  snprintf(name, sizeof name, "vecext %016llx", static_cast<unsigned long long>(build_id()));
  auto* handles =
      static_cast<AreaHandles*>(named_shared_memory(name, sizeof(AreaHandles), start_handles));
  name_lock_tranche(handles->tranche, kTranche);
  area.tranche = handles->tranche;
  // This session's handle of the table lives as long as the session.
  const MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);
  LWLockAcquire(&handles->lock, LW_EXCLUSIVE);
  if (handles->has_area) {
    attach_to_area(*handles, &area);
  } else if (makes) {
    make_area(handles, &area);
  }
  is_attached = handles->has_area;
  LWLockRelease(&handles->lock);
  MemoryContextSwitchTo(before);
  return is_attached ? &area : nullptr;
}

}  // namespace vecext::pg
