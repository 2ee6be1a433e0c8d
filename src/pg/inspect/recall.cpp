// vecext.recall(index, k, sample): the share of the k nearest rows that scans of the index find.
// Random rows of the table are the queries; one pass over the table finds their true neighbors.
#include <cmath>
#include <limits>
#include <new>

#include "core/base/random.h"
#include "core/result/k_smallest.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/count_rights.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/common/indexed_value.h"
#include "pg/inspect/indexed_rows.h"
#include "pg/inspect/open_index.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// A sampled row's value, and the k smallest distances of rows to it.
struct Query {
  Datum value;  // of the column, not toasted
  const void* stored;
  KSmallest<double> nearest;
};

struct Sampled {
  ValueReader* reader;
  MemoryContext context;
  Query* queries;
  int32 count;
  int32 room;
  int32 k;
  int64 seen;
  Random random{1};
};

Query* new_queries(int32 n) {
  auto* queries = static_cast<Query*>(palloc(sizeof(Query) * static_cast<Size>(n)));
  for (int32 i = 0; i < n; ++i) {
    new (queries + i) Query{};
  }
  return queries;
}

void keep_query(Sampled* sampled, Datum value) {
  ++sampled->seen;
  int64 place = sampled->count;
  if (sampled->count < sampled->room) {
    ++sampled->count;
  } else {
    place = static_cast<int64>(sampled->random.below(static_cast<uint64>(sampled->seen)));
    if (place >= sampled->room) {
      return;
    }
    pfree(DatumGetPointer(sampled->queries[place].value));
  }
  const MemoryContext before = MemoryContextSwitchTo(sampled->context);
  sampled->queries[place].value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
  MemoryContextSwitchTo(before);
}

void sample_row(Relation, ItemPointer, Datum* values, bool* isnull, bool, void* context) {
  auto* sampled = static_cast<Sampled*>(context);
  if (!isnull[0] && sampled->reader->is_indexable(sampled->reader->stored(values[0]))) {
    keep_query(sampled, values[0]);
  }
}

void measure_row(Relation, ItemPointer, Datum* values, bool* isnull, bool, void* context) {
  auto* sampled = static_cast<Sampled*>(context);
  const void* row = isnull[0] ? nullptr : sampled->reader->stored(values[0]);
  if (row == nullptr || !sampled->reader->is_indexable(row)) {
    return;
  }
  for (int32 i = 0; i < sampled->count; ++i) {
    Query& query = sampled->queries[i];
    query.nearest.push(sampled->reader->info.distance(query.stored, row, sampled->reader->dims));
  }
}

/// The number of rows among the first k of a scan that are within a distance.
int64 count_hits(Relation heap, Relation index, const Query& query, double within, int32 k,
                 HeapRows* rows) {
  const IndexScanDesc scan = begin_index_scan(heap, index, GetActiveSnapshot(), 0, 1);
  ScanKeyData order{};
  order.sk_flags = SK_ORDER_BY;
  order.sk_attno = 1;
  order.sk_strategy = 1;
  order.sk_argument = query.value;
  index_rescan(scan, nullptr, 0, &order, 1);
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
  index_endscan(scan);
  return hits;
}

double measure(Relation heap, Relation index, Sampled* sampled) {
  HeapRows rows(heap, index, GetActiveSnapshot(),
                {sampled->reader->info, sampled->reader->dims, nullptr});
  // A scan finds any of many rows of one direction, whose distances differ by rounding.
  const double rounding = sampled->reader->info.metric == Metric::kCosine ? kCosineRounding : 0;
  int64 hits = 0;
  int64 wanted = 0;
  for (int32 i = 0; i < sampled->count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Query& query = sampled->queries[i];
    const int64 found = query.nearest.count();
    wanted += found;
    const double last = query.nearest.largest() + rounding;
    hits += Min(count_hits(heap, index, query, last, sampled->k, &rows), found);
  }
  rows.close();
  return wanted == 0 ? std::numeric_limits<double>::quiet_NaN()
                     : static_cast<double>(hits) / static_cast<double>(wanted);
}

/// The share of the k nearest rows that scans find, with `sample` rows as queries; NaN if there are
/// no rows.
double recall(Relation index, Relation heap, int32 k, int32 sample) {
  const OpclassInfo info = opclass_of(index);
  ValueReader reader(info, column_dims(index, info), CurrentMemoryContext);
  Sampled sampled{.reader = &reader,
                  .context = CurrentMemoryContext,
                  .queries = new_queries(sample),
                  .count = 0,
                  .room = sample,
                  .k = k,
                  .seen = 0};
  scan_indexed_rows(heap, index, sample_row, &sampled);
  for (int32 i = 0; i < sampled.count; ++i) {
    Query& query = sampled.queries[i];
    // The copy is not toasted. The elements lie behind the header, and for types other than
    // sparsevec behind four more bytes.
    const char* value = VARDATA(DatumGetPointer(query.value));
    query.stored = info.element == Element::kSparse ? value : value + sizeof(int32);
    check_memory(query.nearest.reset(k, context_arena(CurrentMemoryContext)));
  }
  scan_indexed_rows(heap, index, measure_row, &sampled);
  return measure(heap, index, &sampled);
}

void check_positive(int32 value, const char* name) {
  constexpr int32 kMost = 10000;
  if (value < 1 || value > kMost) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must be between 1 and %d", name, kMost)));
  }
}

void check_has_vectors(Relation index) {
  if (!access_method_of(index)->has_vectors) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("index \"%s\" has no vectors", RelationGetRelationName(index)),
                    errdetail("Its searches find all rows.")));
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_recall)
{
  const int32 k = PG_GETARG_INT32(1);
  const int32 sample = PG_GETARG_INT32(2);
  check_positive(k, "k");
  check_positive(sample, "sample");
  const Relation index = open_index(PG_GETARG_OID(0));
  check_may_count(PG_GETARG_OID(0), "recall", nullptr);
  check_has_vectors(index);
  require_usable(index);
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  check_may_evaluate_as_owner(heap, index);
  const double share = as_owner(heap, [=] { return recall(index, heap, k, sample); });
  table_close(heap, AccessShareLock);
  index_close(index, AccessShareLock);
  if (std::isnan(share)) {
    PG_RETURN_NULL();
  }
  PG_RETURN_FLOAT8(share);
}

}  // namespace vecext::pg
