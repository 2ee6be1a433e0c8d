#include "pg/inspect/true_neighbors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "pg/am/scan/ordered_scan.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/inspect/expected_rows.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/genam.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

void measure_row(Relation, ItemPointer, Datum* values, bool* isnull, bool, void* context) {
  auto* queries = static_cast<MeasuredQueries*>(context);
  ValueReader* reader = queries->reader;
  const void* row = isnull[0] ? nullptr : reader->stored(values[0]);
  if (row == nullptr || !reader->is_indexable(row)) {
    return;
  }
  for (int32 i = 0; i < queries->count; ++i) {
    MeasuredQuery& query = queries->at[i];
    query.nearest.push(reader->info.distance(query.stored, row, reader->dims));
  }
}

/// Returns the elements of a copied value, which is not toasted. They lie after the header; unless
/// the value is a sparsevec, four more bytes lie between.
const void* elements_of(Datum value, Element element) {
  const char* data = VARDATA(DatumGetPointer(value));
  return element == Element::kSparse ? data : data + sizeof(int32);
}

/// Returns how many of the first `k` rows of a scan have a distance of at most `within`. Sets
/// `*steps` to the steps of the scan.
int64 count_hits(const MeasuredQueries& queries, const MeasuredQuery& query, double within, int32 k,
                 HeapRows* rows, double* steps) {
  const IndexScanDesc scan =
      begin_index_scan(queries.heap, queries.index, GetActiveSnapshot(), 0, 1);
  leave_uncounted(scan);
  ScanKeyData order{};
  order.sk_flags = SK_ORDER_BY;
  order.sk_attno = 1;
  order.sk_strategy = 1;
  order.sk_argument = query.value;
  index_rescan(scan, nullptr, 0, &order, 1);
  LimitState limit{};
  limit.count = k;
  limit.lstate = LIMIT_INWINDOW;
  restrict_scan(
      scan, nullptr, 0, std::numeric_limits<double>::infinity(),
      {.limit = &limit, .reads_more = 0, .reads_all = false, .order_use = OrderUse::kNone});
  int64 hits = 0;
  for (int32 seen = 0; seen < k;) {
    const ItemPointer tid = index_getnext_tid(scan, ForwardScanDirection);
    if (tid == nullptr) {
      break;
    }
    const RowId row = row_id(*tid);
    double distance;
    if (rows->look_up(row) && rows->distance(query.stored, &distance)) {
      ++seen;
      hits += distance <= within ? 1 : 0;
    }
  }
  *steps = static_cast<double>(work_of_scan(scan)->steps);
  index_endscan(scan);
  return hits;
}

}  // namespace

MeasuredQueries new_queries(Relation heap, Relation index, ValueReader* reader, int32 k,
                            int32 room) {
  auto* at = palloc_array<MeasuredQuery>(room);
  for (int32 i = 0; i < room; ++i) {
    new (at + i) MeasuredQuery{};
  }
  return {.heap = heap,
          .index = index,
          .reader = reader,
          .k = k,
          .context = CurrentMemoryContext,
          .at = at,
          .count = 0,
          .room = room};
}

void set_query(MeasuredQueries* queries, int64 place, Datum value) {
  MeasuredQuery& query = queries->at[place];
  if (place < queries->count) {
    pfree(DatumGetPointer(query.value));
  } else {
    queries->count = static_cast<int32>(place) + 1;
  }
  const MemoryContext before = MemoryContextSwitchTo(queries->context);
  query.value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
  MemoryContextSwitchTo(before);
}

void find_true_neighbors(MeasuredQueries* queries) {
  for (int32 i = 0; i < queries->count; ++i) {
    MeasuredQuery& query = queries->at[i];
    query.stored = elements_of(query.value, queries->reader->info.element);
    check_memory(query.nearest.reset(queries->k, context_arena(queries->context)));
  }
  scan_indexed_rows(queries->heap, queries->index, measure_row, queries);
  for (int32 i = 0; i < queries->count; ++i) {
    std::sort(queries->at[i].nearest.begin(), queries->at[i].nearest.end());
  }
}

MeasuredScans measure_scans(const MeasuredQueries& queries, int32 k) {
  const OpclassInfo& info = queries.reader->info;
  HeapRows rows(queries.heap, queries.index, GetActiveSnapshot(),
                {info, queries.reader->dims, nullptr});
  // Several rows may lie in the same direction, so that their distances differ only by rounding,
  // and a scan may find any of them.
  const double rounding = info.metric == Metric::kCosine ? kCosineRounding : 0;
  MeasuredScans scans{};
  double squares = 0;
  int32 searched = 0;
  for (int32 i = 0; i < queries.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const MeasuredQuery& query = queries.at[i];
    const int32 wanted = Min(query.nearest.count(), k);
    if (wanted == 0) {
      continue;
    }
    const double within = query.nearest.begin()[wanted - 1] + rounding;
    // More rows than are wanted may be as near as the last row that is wanted.
    double steps = 0;
    const int64 hits = count_hits(queries, query, within, k, &rows, &steps);
    const int64 found = Min(hits, wanted);
    const double share = static_cast<double>(found) / wanted;
    scans.wanted += wanted;
    scans.found += found;
    if (steps == 0) {
      continue;  // the scan compared all rows, as for a query for which estimates mean nothing
    }
    ++searched;
    scans.steps += steps;
    scans.mean += share;
    squares += share * share;
  }
  rows.close();
  const double n = searched;
  scans.steps /= n;
  scans.mean /= n;
  scans.standard_error = std::sqrt(Max(0.0, squares / n - scans.mean * scans.mean) / n);
  return scans;
}

}  // namespace vecext::pg
