// Searches of lists for a scan. The first search reads as many lists as `probes` says, or as the
// target recall takes. If it has found only some of the rows of these lists, the next searches read
// the same lists for more rows. Once all rows of these lists are found, and `probes` is set, later
// searches read the lists that follow.
#include "pg/am/ivf/ivf.h"

#include "core/ivf/lists/list_rows.h"
#include "core/ivf/search/list_search.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/ivf/ivf_options.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/common/target_recall.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

struct IvfScan {
  IvfKind kind;
  PreparedQuery<ivf::SearchQuery> query;
  int32 lists;         // the number of lists of the index
  int32 probes;        // how many lists to read at a time; 0 for as many as the target recall takes
  int32 most_lists;    // the most lists to read in all
  int32 lists_before;  // how many lists earlier searches have read to their ends, so that all
                       // rows of these lists are handed out
  bool has_searched;
  uint64 changes;  // the count of changes in the meta page at the last search
  bool is_moved;   // true if the index changed between searches, so that some lists may have been
                   // left out
};

IvfScan* method_state_of(OrderedScan* scan) {
  return static_cast<IvfScan*>(scan->method_state);
}

int64 count_rows(Relation index) {
  const ivf::Model& model = cached_index(index)->model;
  int64 rows = 0;
  for (int32 list = 0; list < model.lists(); ++list) {
    rows += model.is_vacant(list) ? 0 : static_cast<int64>(model.entries[list].rows);
  }
  return rows;
}

void each_row(Relation index, RowSink* sink) {
  with_current(index, cached_index, [&](CachedIndex* cached) {
    SinkStore store(index, nullptr, sink);
    return store.end(each_list_row(store, cached->model, [&](RowId row) { store.accept(row); }));
  });
}

/// Returns the most lists that a scan may read. Settings of ivfflat bound it only if a user has set
/// them.
int32 most_lists(const IvfScan& method_state) {
  if (method_state.kind != IvfKind::kFlat) {
    return PG_INT32_MAX;
  }
  if (ivfflat_iterative_scan_is_set && ivfflat_iterative_scan == kIterativeOff) {
    return method_state.probes;
  }
  return ivfflat_max_probes_is_set ? Max(ivfflat_max_probes, method_state.probes) : PG_INT32_MAX;
}

CachedFile* start(OrderedScan* scan, Relation index) {
  IvfScan* method_state = method_state_of(scan);
  scan->query_order = orders_nothing(scan->query) ? QueryOrder::kNone : QueryOrder::kByDistance;
  method_state->kind = ivf_kind(index);
  method_state->probes = forced_probes(method_state->kind == IvfKind::kFlat);
  method_state->most_lists = most_lists(*method_state);
  if (method_state->kind == IvfKind::kFlat && ivfflat_iterative_scan_is_set &&
      ivfflat_iterative_scan == kIterativeRelaxed) {
    scan->order_use = OrderUse::kNone;
  }
  if (method_state->most_lists < PG_INT32_MAX) {
    CachedIndex* cached = cached_index(index);
    const int64 lists = Max(cached->model.lists(), 1);
    scan->most_compared = count_rows(index) * Min(method_state->most_lists, lists) / lists;
    return cached;
  }
  return cached_index(index);
}

/// True if the search is to be observed, which only the first search of a scan can be.
bool is_to_observe(const OrderedScan& scan, const CachedIndex& cached,
                   const ivf::SearchLimits& limits) {
  const int32 rows = scan.rows_for_recall();
  return limits.probes == 0 && target_recall > 0 && scan.aimed > 0 && rows <= kMostObservedRows &&
         is_observed_query(cached, cached.effort.observed, scan.way(), rows);
}

/// Searches again with more effort, so that fewer rows may be missing, and notes what the wanted
/// rows needed. `found` has the rows of the first search, and `lists` is how many lists it read.
void observe(const OrderedScan& scan, Relation index, CachedIndex* cached, BufferStore& store,
             const ivf::SearchQuery& query, const ivf::SearchLimits& limits, Candidates* found,
             int64 lists) {
  constexpr int64 kMoreLists = 8;
  constexpr float kMostEffort = 32;  // the number of lists grows with the square root of the
                                     // effort, or less
  const Arena arena = context_arena(CurrentMemoryContext);
  NotedRows noted(arena);
  ivf::SearchLimits limits_further = limits;
  limits_further.missing = Min(limits.missing, ivf::kDefaultMissing) / kMostEffort;
  limits_further.most_lists = static_cast<int32>(Min(kMoreLists * lists, PG_INT32_MAX));
  limits_further.noted = &noted;
  ivf::ProbeOrder order;
  Candidates further(arena);
  ivf::SearchCounts counts{};
  // The first search was sound, so a Status that is not ok here does not mean that the index is
  // damaged.
  if (order.prepare(cached->model, query.rotated, arena) &&
      search(store, cached->model, query, limits_further, scan.query.info.distance, arena, &order,
             &further, &counts)
          .ok()) {
    note_observed(cached, index,
                  {.first = found,
                   .effort = ivf::kDefaultMissing / limits.missing,
                   .steps = static_cast<double>(lists),
                   .further = &further,
                   .noted = &noted,
                   .unit = 1,
                   .way = scan.way(),
                   .wanted = scan.rows_for_recall(),
                   .nearest = scan.aimed});
  }
}

/// Searches once with the current model. Returns kStale if the index has changed.
Status search_once(const OrderedScan& scan, IvfScan* method_state, Relation index,
                   CachedIndex* cached, const SearchReach& reach, Candidates* found,
                   ivf::SearchCounts* counts) {
  const ivf::Model& model = cached->model;
  BufferStore store(index, &cached->buffers);
  const Arena arena = context_arena(CurrentMemoryContext);
  const ivf::SearchQuery* query =
      method_state->query.of(scan.query, model, context_arena(scan.context));
  ivf::ProbeOrder order;
  if (query == nullptr || !order.prepare(model, query->rotated, arena)) {
    return out_of_memory();
  }
  const ivf::SearchLimits limits{
      .k = scan.k,
      .skip = method_state->lists_before,
      .probes = Min(method_state->probes, method_state->most_lists - method_state->lists_before),
      .missing = static_cast<float>(ivf::kDefaultMissing / reach.effort),
      .filter = scan.order.rows,
      .most_lists =
          static_cast<int32>(Min(scan.order.most_visited, static_cast<int64>(PG_INT32_MAX)))};
  const bool observes = is_to_observe(scan, *cached, limits);
  const TimestampTz start = observes ? GetCurrentTimestamp() : 0;
  const Status status =
      search(store, model, *query, limits, scan.query.info.distance, arena, &order, found, counts);
  if (status.ok() && observes && !counts->gave_up && has_time_to_observe(start)) {
    observe(scan, index, cached, store, *query, limits, found, counts->lists);
  }
  return status;
}

/// Sets the expected recall and lists that EXPLAIN shows, if the search aims at a recall.
void note_expected(OrderedScan* scan, const IvfScan& method_state, const SearchReach& reach) {
  if (method_state.probes > 0 || target_recall == 0) {
    return;
  }
  const auto lists = static_cast<double>(method_state.lists);
  scan->work.expected_recall = target_recall;
  scan->work.expected_easy = lists_for_recall(reach, lists, scan->k);
  scan->work.expected_hard = Min(lists, kCosts.lists.harder * scan->work.expected_easy);
}

void search_lists(OrderedScan* scan, Relation index, Candidates* found) {
  IvfScan* method_state = method_state_of(scan);
  ivf::SearchCounts counts{};
  with_current(index, cached_index, [&](CachedIndex* cached) {
    counts = {};
    method_state->lists = cached->model.lists();
    const uint64 changes = cached->model.meta.head.changes;
    method_state->is_moved =
        method_state->is_moved || (method_state->has_searched && method_state->changes != changes);
    method_state->changes = changes;
    method_state->has_searched = true;
    scan->exact = cached->model.has_vectors();
    const SearchReach reach = reach_of_searches(*cached, scan->way(), scan->rows_of_class());
    note_expected(scan, *method_state, reach);
    return search_once(*scan, method_state, index, cached, reach, found, &counts);
  });
  scan->end = counts.gave_up ? SearchEnd::kGivenUp : SearchEnd::kByItself;
  scan->is_part = method_state->probes > 0;
  scan->work.steps += counts.lists;
  scan->work.pages += counts.pages;
  scan->work.rows_scored += counts.rows;
}

/// Plans to search the same lists for more rows if they have more, otherwise the lists that follow.
SearchPlan plan_next(OrderedScan* scan, bool full) {
  if (full) {
    search_for_more(scan);
    return {.next = NextSearch::kForMore};
  }
  IvfScan* method_state = method_state_of(scan);
  const bool is_flat = method_state->kind == IvfKind::kFlat;
  method_state->lists_before += method_state->probes;
  // ivfflat does not search more lists for a filter unless ivfflat.iterative_scan asks for it; the
  // owner of the filter compares all rows instead.
  const bool is_once = is_flat && scan->is_filtered && !ivfflat_iterative_scan_is_set;
  const int32 most = Min(method_state->lists, method_state->most_lists);
  const bool has_all =
      method_state->probes == 0 ||
      (method_state->lists_before >= method_state->lists && !method_state->is_moved);
  const bool is_last = method_state->probes == 0 || is_once || method_state->lists_before >= most;
  // ivfflat returns the rows of further lists in their own order (relaxed_order).
  return {.next = !is_last  ? NextSearch::kElsewhere
                  : has_all ? NextSearch::kNoneAsAll
                            : NextSearch::kNone,
          .keeps_order = !is_flat};
}

}  // namespace

constexpr ScanMethod kListScan{.step = ScanStep::kList,
                               .method_state_size = sizeof(IvfScan),
                               .is_fastest = false,
                               .read_query = read_vector_query,
                               .start = start,
                               .search = search_lists,
                               .plan_next = plan_next,
                               .count_rows = count_rows,
                               .list_matches = nullptr,
                               .search_returns_matches = nullptr,
                               .each_row = each_row};

}  // namespace vecext::pg
