// What strict mode refuses of searches.
#include "pg/collection/query/query.h"
#include "pg/collection/strict/strict.h"
#include "pg/collection/common/time_limit.h"

namespace vecext::pg {

namespace {

void check_params(const Collection& collection, const SearchParams& params) {
  const StrictMode& strict = collection.strict;
  check_bound(collection, strict.max_timeout, params.timeout, "seconds of timeout");
  check_bound(collection, strict.search_max_hnsw_ef, params.hnsw_ef, "nodes of hnsw_ef");
  if (strict.refuses_exact && params.exact) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("strict mode of collection \"%s\" allows no exact search", collection.name)));
  }
  if (strict.search_max_oversampling >= 0 && params.oversampling > strict.search_max_oversampling) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("strict mode of collection \"%s\" allows an oversampling of %g, not %g",
                           collection.name, strict.search_max_oversampling, params.oversampling)));
  }
}

}  // namespace

void check_strict(const Query& query) {
  const Collection& collection = *query.source.collection;
  if (collection.strict.is_on) {
    check_query_limit(collection, query.limit);
    check_params(collection, query.params);
  }
  if (query.params.timeout > 0) {
    limit_call(query.params.timeout);
  }
  for (int i = 0; i < query.prefetch_count; ++i) {
    check_strict(*query.prefetch[i]);
  }
}

void check_strict_batch(const Collection& collection, int count) {
  check_bound(collection, collection.strict.search_max_batchsize, count, "requests in a batch");
}

}  // namespace vecext::pg
