// How a scan of lists searches: first in as many lists as it is told or as it takes, then for more
// rows of the same lists, then in the lists that come after them.
#include "pg/am/ivf_scan.h"

#include "core/ivf/each_row.h"
#include "core/ivf/search.h"
#include "pg/am/ivf_build.h"
#include "pg/am/ivf_cost.h"
#include "pg/am/ivf_options.h"
#include "pg/am/model_cache.h"
#include "pg/am/ordered_scan.h"
#include "pg/am/target_recall.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

struct IvfScan {
  IvfKind kind;
  int32 lists;         // of the index
  int32 probes;        // lists to look at; 0: as many as it takes
  int32 most_lists;    // to look at, in all
  int32 lists_before;  // lists of earlier searches, whose rows are all handed out
  bool has_searched;
  uint64 changes;  // of the index, when the last search was done
  bool is_moved;   // it has changed since: lists may have been passed over
};

IvfScan* own_of(OrderedScan* scan) {
  return static_cast<IvfScan*>(scan->own);
}

int64 count_rows(Relation index) {
  const Model& model = cached_index(index)->model;
  int64 rows = 0;
  for (int32 list = 0; list < model.lists(); ++list) {
    rows += model.is_vacant(list) ? 0 : static_cast<int64>(model.entries[list].rows);
  }
  return rows;
}

void mark_rows(Relation index, RowMarks* marks) {
  with_model(index, [&](CachedIndex* cached) {
    BufferStore store(index, nullptr);
    return each_list_row(store, cached->model, [&](RowId row) { marks->add(row); });
  });
}

/// Settings of ivfflat bound a scan where somebody has set them.
int32 most_lists(const IvfScan& own) {
  if (own.kind != IvfKind::kFlat) {
    return PG_INT32_MAX;
  }
  if (ivfflat_iterative_scan_is_set && ivfflat_iterative_scan == kIterativeOff) {
    return own.probes;
  }
  return ivfflat_max_probes_is_set ? Max(ivfflat_max_probes, own.probes) : PG_INT32_MAX;
}

CachedFile* start(OrderedScan* scan, Relation index) {
  IvfScan* own = own_of(scan);
  own->kind = ivf_kind(index);
  own->probes = forced_probes(own->kind == IvfKind::kFlat);
  own->most_lists = most_lists(*own);
  scan->is_relaxed = own->kind == IvfKind::kFlat && ivfflat_iterative_scan_is_set &&
                     ivfflat_iterative_scan == kIterativeRelaxed;
  if (own->most_lists < PG_INT32_MAX) {
    CachedIndex* cached = cached_index(index);
    const int64 lists = Max(cached->model.lists(), 1);
    scan->most_compared = count_rows(index) * Min(own->most_lists, lists) / lists;
    return cached;
  }
  return cached_index(index);
}

/// One search with the current model. kStale: the index has moved on.
Status search_once(const OrderedScan& scan, const IvfScan& own, Relation index, CachedIndex* cached,
                   Candidates* found, SearchCounts* counts) {
  const Model& model = cached->model;
  BufferStore store(index, &cached->buffers);
  const Arena arena = context_arena(CurrentMemoryContext);
  SearchQuery query;
  ProbeOrder order;
  if (!prepare_search(model, scan.query, arena, &query) ||
      !order.prepare(model, query.rotated, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const SearchLimits limits{
      .k = scan.k,
      .skip = own.lists_before,
      .probes = Min(own.probes, own.most_lists - own.lists_before),
      .recall = static_cast<float>(target_recall),
      .filter = scan.order.rows,
      .most_lists = static_cast<int32>(Min(scan.order.most_visited, static_cast<int64>(INT_MAX)))};
  return search(store, model, query, limits, scan.info.distance, arena, &order, found, counts);
}

/// What EXPLAIN shows of a search for a recall.
void note_expected(OrderedScan* scan, const IvfScan& own) {
  constexpr double kHarder = 1.6;  // between rows (measured, core/ivf/README.md)
  if (own.probes > 0 || target_recall == 0) {
    return;
  }
  const auto lists = static_cast<double>(own.lists);
  scan->work.expected_recall = target_recall;
  scan->work.expected_easy = lists_for_recall(lists, scan->k);
  scan->work.expected_hard = Min(lists, kHarder * scan->work.expected_easy);
}

void search_lists(OrderedScan* scan, Relation index, Candidates* found) {
  IvfScan* own = own_of(scan);
  SearchCounts counts{};
  with_model(index, [&](CachedIndex* cached) {
    own->lists = cached->model.lists();
    const uint64 changes = cached->model.meta.changes;
    own->is_moved = own->is_moved || (own->has_searched && own->changes != changes);
    own->changes = changes;
    own->has_searched = true;
    scan->exact = cached->model.has_vectors();
    return search_once(*scan, *own, index, cached, found, &counts);
  });
  scan->gave_up = counts.gave_up;
  scan->is_part = own->probes > 0;
  scan->work.steps += counts.lists;
  scan->work.pages += counts.pages;
  scan->work.rows_scored += counts.rows;
  note_expected(scan, *own);
}

/// More of the same lists where there is more, else more lists.
void plan_next(OrderedScan* scan, bool full) {
  if (full) {
    search_for_more(scan);
    return;
  }
  IvfScan* own = own_of(scan);
  const bool is_flat = own->kind == IvfKind::kFlat;
  own->lists_before += own->probes;
  scan->is_elsewhere = true;
  // With conditions, where nobody asks for more lists, comparing all rows is next.
  const bool is_once = is_flat && scan->is_filtered && !ivfflat_iterative_scan_is_set;
  const int32 most = Min(own->lists, own->most_lists);
  scan->exhausted = own->probes == 0 || is_once || own->lists_before >= most;
  scan->is_complete = own->probes == 0 || (own->lists_before >= own->lists && !own->is_moved);
  // ivfflat's further lists are in an order of their own (relaxed_order).
  scan->keeps_order = !is_flat;
}

constexpr ScanMethod kIvfScan{.step = ScanStep::kList,
                              .own_size = sizeof(IvfScan),
                              .start = start,
                              .search = search_lists,
                              .plan_next = plan_next,
                              .count_rows = count_rows,
                              .mark_rows = mark_rows};

}  // namespace

IndexScanDesc ivf_begin_scan(Relation index, int keys, int order_bys) {
  return begin_ordered_scan(&kIvfScan, index, keys, order_bys);
}

}  // namespace vecext::pg
