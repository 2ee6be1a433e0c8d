// A graph is constructed as a whole, so what it costs a row falls with the rows that it takes in at
// once: a part of those that it has. Until there are so many, those that were inserted make a young
// graph, which is cheaper to make anew. What does not fit into maintenance_work_mem is made by
// pieces.
#include "pg/am/hnsw_regrow.h"

#include "core/graph/plain_fresh.h"
#include "core/graph/plain_regrow.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_build.h"
#include "pg/am/hnsw_calibrate.h"
#include "pg/am/plain_build.h"
#include "pg/am/spill_files.h"
#include "pg/store/buffer_store.h"
#include "pg/store/truncate.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Fewer fresh rows than these are no trouble to searches.
constexpr int64 kFewFresh = 2000;

/// Rows outside the main graph are many for inserters from half of its nodes on; where searches
/// compare their elements, whole, from an eighth; for VACUUM from a tenth. Fresh rows are, for the
/// young graph, from half of its own nodes, and a 64th of the main one's. Nodes without a row are
/// too many from a fifth on.
constexpr int64 kOutsidePart = 2;
constexpr int64 kWholeFreshPart = 8;
constexpr int64 kVacuumPart = 10;
constexpr int64 kYoungPart = 2;
constexpr int64 kFreshPart = 64;
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

/// May the graph be made anew of so many rows? A plain one is in memory alone: says so if not,
/// where somebody is told who can change that.
bool is_affordable(Relation index, const GraphModel& model, int64 rows, int level) {
  if (!model.is_plain()) {
    return true;
  }
  const auto n = static_cast<Size>(rows);
  const Size row = static_cast<Size>(model.meta.rotated) + sizeof(RowId) + sizeof(Size);
  const Size needed = n * row + plain_bytes(model.meta, n);
  if (needed <= static_cast<Size>(maintenance_work_mem) * 1024) {
    return true;
  }
  ereport(level, (errmsg("index \"%s\" would need %zu MB of maintenance_work_mem to take in its "
                         "fresh rows",
                         RelationGetRelationName(index), needed / (1024 * 1024)),
                  errhint("Raise maintenance_work_mem, or REINDEX.")));
  return false;
}

/// Makes a part anew, in the first free pages from `first_page` on.
void regrow_now(Relation index, Part part, PageId first_page) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph anew", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext scratch =
      AllocSetContextCreate(context, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  BufferStore store(index, nullptr);
  store.add_from(first_page);
  GraphModel model;
  check_index(index, load_graph(store, context_arena(context), &model));
  const RegrowWork work{construct_options(model.meta), context_arena(context),
                        context_arena(scratch), graph_memory(), spill_files()};
  const Status status = model.is_plain()
                            ? regrow_plain(store, &model, work)
                            : regrow(store, &model, part, construct_floats(model.meta), work);
  CHECK_FOR_INTERRUPTS();
  check_index(index, status);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  if (part == kMain) {
    calibrate_graph(index);
  }
}

/// Pages of an index.
struct PagesInUse {
  BlockNumber graphs;  // of nodes and what belongs to them; those of others do not move
  BlockNumber others;
  BlockNumber end;  // of graphs
};

PagesInUse pages_in_use(Relation index) {
  BufferStore store(index, nullptr);
  const BlockNumber pages = store.pages();
  PagesInUse use{0, 1, 1};
  for (BlockNumber page = kGraphMetaPage + 1; page < pages; ++page) {
    delay_vacuum();
    check_index(index, store.read(page, [&](const std::byte* bytes) -> Status {
      if (is_unused_page(bytes)) {
        return {};
      }
      const PageKind kind = page_tail(bytes)->kind;
      const bool is_graph = kind == PageKind::kNodes || kind == PageKind::kRest ||
                            kind == PageKind::kStream || is_of_codes(kind);
      ++(is_graph ? use.graphs : use.others);
      use.end = is_graph ? page + 1 : use.end;
      return {};
    }));
  }
  return use;
}

/// Makes the main graph anew, of a share of the nodes that it has, in the first free pages. Where
/// these do not do it is made at the end first, and then once more: to move a node changes the
/// links to it, so that it takes a graph to move one.
void regrow_in_front(Relation index, double share) {
  const PagesInUse use = pages_in_use(index);
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  const double needed = share * use.graphs;
  const double room = static_cast<double>(pages) - use.graphs - use.others;
  const bool fits = needed <= room;
  // The place of the old graph will be free then.
  const bool fits_then = needed <= room + use.graphs;
  const bool may_move = !fits && fits_then && may_truncate(index);
  regrow_now(index, kMain, may_move ? pages : 1);
  if (may_move) {
    regrow_now(index, kMain, 1);
  }
}

/// Does more than half of the file up to the graph's end lie free, so that another one fits there?
bool is_far_behind(Relation index) {
  constexpr BlockNumber kFewPages = 64;
  const PagesInUse use = pages_in_use(index);
  return use.end / 2 >= use.graphs + use.others + kFewPages;
}

/// Whether a graph is to be made anew, and which one. The young one is, where the server tells of
/// the end of a statement, only then (`at_end`).
struct Due {
  bool is_due;
  Part part;
};
Due due_for_inserter(const GraphModel& model, int64 fresh, bool at_end) {
  const int64 main = model.meta.parts[kMain].nodes;
  const int64 young = model.meta.parts[kYoung].nodes;
  if (young + fresh >= Max(kFewFresh, main / (model.is_plain() ? kWholeFreshPart : kOutsidePart))) {
    return {true, kMain};
  }
  const bool is_many = fresh >= Max(Max(kFewFresh, main / kFreshPart), young / kYoungPart);
  return {is_many && !model.is_plain() && (at_end || !kHasInsertCleanup), kYoung};
}

void regrow_for_inserter(Relation index, uint32 fresh_pages, bool at_end) {
  const GraphModel& model = cached_graph(index)->model;
  const int64 fresh = fresh_rows(model, fresh_pages);
  const Due due = due_for_inserter(model, fresh, at_end);
  if (!due.is_due || !is_affordable(index, model, model.nodes() + fresh, DEBUG1) ||
      !try_lock_changes(index)) {
    return;
  }
  // Whoever had the lock may have done it.
  if (current_meta(index).fresh_pages >= fresh_pages) {
    regrow_now(index, due.part, 1);
  }
  unlock_changes(index);
}

}  // namespace

bool regrow_graph(Relation index) {
  BufferStore store(index, nullptr);
  bool has_work;
  check_index(index, find_work(store, cached_graph(index)->model, &has_work));
  if (has_work) {
    regrow_now(index, kMain, 1);
  }
  return has_work;
}

void regrow_if_many(Relation index, uint32 fresh_pages) {
  regrow_for_inserter(index, fresh_pages, false);
}

void regrow_after_inserts(Relation index) {
  regrow_for_inserter(index, current_meta(index).fresh_pages, true);
}

void regrow_if_due(Relation index, int64 living) {
  lock_changes(index);
  const GraphModel& model = cached_graph(index)->model;
  const int64 main = model.meta.parts[kMain].nodes;
  const int64 outside =
      model.meta.parts[kYoung].nodes + fresh_rows(model, current_meta(index).fresh_pages - 1);
  const int64 dead = main + outside - living;
  const bool is_due = outside >= Max(kFewFresh, main / kVacuumPart) ||
                      (dead > kFewFresh && dead >= main / kDeadPart);
  const int64 rows = Min(living, main) + outside;
  if (is_due) {
    if (is_affordable(index, model, rows, WARNING)) {
      const double left = static_cast<double>(Min(living, main + outside));
      regrow_in_front(index, left / static_cast<double>(Max(main, 1)));
    }
  } else if (living != PG_INT64_MAX && may_truncate(index) && is_far_behind(index) &&
             is_affordable(index, model, rows, DEBUG1)) {
    // Rows were removed, so that all pages have been read.
    regrow_now(index, kMain, 1);
  }
  unlock_changes(index);
}

}  // namespace vecext::pg
