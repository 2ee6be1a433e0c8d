#include "pg/collection/query/results.h"

#include <cmath>

#include "pg/collection/common/point_id.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

void add_rows(const ResultRows& rows, Oid id_type, int request, const Hits& hits) {
  constexpr int kColumns = 5;
  const int first = request < 0 ? 1 : 0;
  for (int64 i = 0; i < hits.list.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Hit& hit = hits.list.at[i];
    Datum values[kColumns] = {Int32GetDatum(request), id_as_text(id_type, hit.id),
                              Float8GetDatum(hit.score), hit.payload, hit.vectors};
    bool nulls[kColumns] = {false, false, std::isnan(hit.score), !hit.has_payload,
                            !hit.has_vectors};
    tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, values + first,
                         nulls + first);
  }
}

}  // namespace

void add_results(const ResultRows& rows, Query* query, int request) {
  const Collection& collection = *query->source.collection;
  const Hits hits = find_points(query);
  for (int64 shown = 0; shown < hits.list.count; shown += kMostShown) {
    Hits part = hits;
    part.list.at += shown;
    part.list.count = Min(hits.list.count - shown, kMostShown);
    const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
    if (!query->shows_rows) {
      show_points(collection, query->shown, &part);
    }
    add_rows(rows, collection.id_type, request, part);
    MemoryContextSwitchTo(before);
    MemoryContextReset(rows.of_row);
  }
}

Datum return_points(FunctionCallInfo fcinfo, Query* query) {
  const ResultRows rows = new_result_rows(fcinfo);
  check_strict(*query);
  begin_statements();
  add_results(rows, query, -1);
  end_statements();
  return Datum{0};
}

}  // namespace vecext::pg
