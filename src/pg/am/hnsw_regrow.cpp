// A graph is constructed as a whole, so what it costs a row falls with the rows that it takes in at
// once: a part of those that it has, as long as all fit into maintenance_work_mem.
#include "pg/am/hnsw_regrow.h"

#include "core/graph/plain_fresh.h"
#include "core/graph/plain_regrow.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_build.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Fresh rows are many for inserters from half of the nodes on, where searches compare their
/// elements, whole, from an eighth; for VACUUM from a tenth. Fewer than some are no trouble to
/// searches. Nodes without a row are too many from a fifth on.
constexpr int64 kFewFresh = 2000;
constexpr int64 kFreshPart = 2;
constexpr int64 kWholeFreshPart = 8;
constexpr int64 kVacuumPart = 10;
constexpr int64 kDeadPart = 5;

int64 fresh_rows(const GraphModel& model, uint32 pages) {
  return static_cast<int64>(pages) * usual_fresh_rows(model);
}

/// The meta page as it is now: what is cached does not know how many fresh rows there are.
GraphMeta current_meta(Relation index) {
  BufferStore store(index, nullptr);
  GraphMeta meta{};
  check_index(index, read_graph_meta(store, &meta));
  return meta;
}

/// Bytes that making the graph anew takes, at most.
Size regrow_bytes(const GraphModel& model, int64 rows) {
  const Size kept = model.is_plain() ? static_cast<Size>(model.meta.rotated) + sizeof(Size)
                                     : model.layout.own_bytes;
  const Size row =
      static_cast<Size>(construct_floats(model.meta)) * sizeof(float) + sizeof(RowId) + kept;
  return static_cast<Size>(rows) * row + construct_bytes(model.meta, static_cast<Size>(rows));
}

/// May so much be taken? Says so if not, where somebody is told who can change that.
bool is_affordable(Relation index, const GraphModel& model, int64 rows, int level) {
  const Size needed = regrow_bytes(model, rows);
  if (needed <= static_cast<Size>(maintenance_work_mem) * 1024) {
    return true;
  }
  ereport(level, (errmsg("index \"%s\" would need %zu MB of maintenance_work_mem to take in its "
                         "fresh rows",
                         RelationGetRelationName(index), needed / (1024 * 1024)),
                  errhint("Raise maintenance_work_mem, or REINDEX.")));
  return false;
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
                        context_arena(scratch)};
  const Status status = model.is_plain()
                            ? regrow_plain(store, &model, work)
                            : regrow(store, &model, construct_floats(model.meta), work);
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
  const int64 part = model.is_plain() ? kWholeFreshPart : kFreshPart;
  if (fresh < Max(kFewFresh, nodes / part) || !is_affordable(index, model, nodes + fresh, DEBUG1) ||
      !try_lock_changes(index)) {
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
  if (is_due && is_affordable(index, model, Min(living, nodes) + fresh, WARNING)) {
    regrow_now(index);
  }
  unlock_changes(index);
}

}  // namespace vecext::pg
