// vecext.recall(index, k, sample): the share of the k nearest rows that scans of the index find.
// The queries are random rows of the table, whose true neighbors one pass over the table finds.
#include <cmath>

#include "core/base/random.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/count_rights.h"
#include "pg/am/effort/observed_effort.h"
#include "pg/inspect/expected_rows.h"
#include "pg/inspect/open_index.h"
#include "pg/inspect/true_neighbors.h"
#include "pg/sys/error.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

/// Takes a random sample of rows. Each of the rows seen so far is in the sample with the same
/// probability.
struct Sampled {
  MeasuredQueries* queries;
  int64 seen;
  Random random{1};
};

void sample_row(Relation, ItemPointer, Datum* values, bool* isnull, bool, void* context) {
  auto* sampled = static_cast<Sampled*>(context);
  MeasuredQueries* queries = sampled->queries;
  if (isnull[0] || !queries->reader->is_indexable(queries->reader->stored(values[0]))) {
    return;
  }
  ++sampled->seen;
  int64 place = queries->count;
  if (queries->count == queries->room) {
    place = static_cast<int64>(sampled->random.below(static_cast<uint64>(sampled->seen)));
  }
  if (place < queries->room) {
    set_query(queries, place, values[0]);
  }
}

/// Returns the share of the `k` nearest rows that scans find, if `sample` random rows are the
/// queries. Returns NaN if there are no rows.
double recall(Relation index, Relation heap, int32 k, int32 sample) {
  observe_hardly_any();  // rows of the table are not queries of the user
  const OpclassInfo info = opclass_of(index);
  ValueReader reader(info, column_dims(index, info), CurrentMemoryContext);
  MeasuredQueries queries = new_queries(heap, index, &reader, k, sample);
  Sampled sampled{.queries = &queries, .seen = 0};
  scan_indexed_rows(heap, index, sample_row, &sampled);
  find_true_neighbors(&queries);
  const MeasuredScans scans = measure_scans(queries, k);
  return static_cast<double>(scans.found) / static_cast<double>(scans.wanted);
}

void check_positive(int32 value, const char* name) {
  constexpr int32 kMost = 10000;
  if (value < 1 || value > kMost) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must be between 1 and %d", name, kMost)));
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
  require_vectors(index);
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
