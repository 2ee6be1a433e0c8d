#include "pg/collection/query/results.h"

#include <cmath>

#include "pg/collection/common/point_id.h"

namespace vecext::pg {

void add_results(const ResultRows& rows, const Collection& collection, int request,
                 const Hits& hits) {
  constexpr int kColumns = 5;
  const int first = request < 0 ? 1 : 0;
  for (int64 i = 0; i < hits.list.count; ++i) {
    const Hit& hit = hits.list.at[i];
    Datum values[kColumns] = {Int32GetDatum(request), id_as_text(collection.id_type, hit.id),
                              Float8GetDatum(hit.score), hit.payload, hit.vectors};
    bool nulls[kColumns] = {false, false, std::isnan(hit.score), !hit.has_payload,
                            !hit.has_vectors};
    tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, values + first,
                         nulls + first);
  }
}

}  // namespace vecext::pg
