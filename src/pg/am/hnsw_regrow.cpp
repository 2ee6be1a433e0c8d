// A graph is constructed as a whole, so what it costs a row falls with the rows that it takes in at
// once: a part of those that it has. What does not fit into maintenance_work_mem is made by pieces.
#include "pg/am/hnsw_regrow.h"

#include "core/graph/regrow.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_build.h"
#include "pg/am/spill_files.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Fresh rows are many for inserters from half of the nodes on, for VACUUM from a tenth; fewer
/// than some are no trouble to searches. Nodes without a row are too many from a fifth on.
constexpr int64 kFewFresh = 2000;
constexpr int64 kFreshPart = 2;
constexpr int64 kVacuumPart = 10;
constexpr int64 kDeadPart = 5;

int64 fresh_rows(const GraphModel& model, uint32 pages) {
  return static_cast<int64>(pages) * model.fresh.places;
}

/// The meta page as it is now: what is cached does not know how many fresh rows there are.
GraphMeta current_meta(Relation index) {
  BufferStore store(index, nullptr);
  GraphMeta meta{};
  check_index(index, read_graph_meta(store, &meta));
  return meta;
}

void regrow_now(Relation index) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph anew", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext scratch =
      AllocSetContextCreate(context, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  BufferStore store(index, nullptr);
  GraphModel model;
  check_index(index, load_graph(store, context_arena(context), &model));
  const RegrowWork work{construct_options(model.meta), context_arena(context),
                        context_arena(scratch), graph_memory(), spill_files()};
  const Status status = regrow(store, &model, construct_floats(model.meta), work);
  CHECK_FOR_INTERRUPTS();
  check_index(index, status);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
}

}  // namespace

bool regrow_graph(Relation index) {
  BufferStore store(index, nullptr);
  bool has_work;
  check_index(index, find_work(store, cached_graph(index)->model, &has_work));
  if (has_work) {
    regrow_now(index);
  }
  return has_work;
}

void regrow_if_many(Relation index, uint32 fresh_pages) {
  const GraphModel& model = cached_graph(index)->model;
  const int64 fresh = fresh_rows(model, fresh_pages);
  const int64 nodes = model.meta.nodes;
  if (fresh < Max(kFewFresh, nodes / kFreshPart) || !try_lock_changes(index)) {
    return;
  }
  // Whoever had the lock may have done it.
  if (current_meta(index).fresh_pages >= fresh_pages) {
    regrow_now(index);
  }
  unlock_changes(index);
}

void regrow_if_due(Relation index, int64 living) {
  lock_changes(index);
  const GraphModel& model = cached_graph(index)->model;
  const int64 fresh = fresh_rows(model, current_meta(index).fresh_pages - 1);
  const int64 nodes = model.meta.nodes;
  const int64 dead = nodes + fresh - living;
  const bool is_due = fresh >= Max(kFewFresh, nodes / kVacuumPart) ||
                      (dead > kFewFresh && dead >= nodes / kDeadPart);
  if (is_due) {
    regrow_now(index);
  }
  unlock_changes(index);
}

}  // namespace vecext::pg
