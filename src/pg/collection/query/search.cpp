// vecext.search(): the points nearest to a vector.
#include "pg/collection/query/query_arguments.h"
#include "pg/collection/search/query_vector.h"
#include "pg/collection/query/results.h"

namespace vecext::pg {

VECEXT_FUNCTION(vecext_search)
{
  refuse_null(fcinfo, 1, "query");
  Query* query = query_of_arguments(fcinfo, {.limit = 2,
                                             .filter = 3,
                                             .vector_name = 5,
                                             .lookup_from = -1,
                                             .offset = 4,
                                             .params = 6,
                                             .score_threshold = 7,
                                             .with_payload = 8,
                                             .with_vectors = 9});
  query->ranking = nearest_to(vector_for_column(*query->column, PG_GETARG_DATUM(1)));
  return return_points(fcinfo, query);
}

}  // namespace vecext::pg
