// What strict mode refuses of searches.
#include "pg/collection/query/formula.h"
#include "pg/collection/query/query.h"
#include "pg/collection/strict/strict.h"
#include "pg/sys/jsonb_writer.h"

namespace vecext::pg {

namespace {

/// Candidates beyond the rows of the result are rows of the request, too.
void check_candidates(const Query& query) {
  if (query.mmr != nullptr && query.mmr->candidates > query.limit + query.offset) {
    check_query_limit(*query.source.collection, query.mmr->candidates);
  }
}

/// The conditions of a formula count together, as those of one filter. They hold or not of points
/// that are found already, so their keys need no index.
void check_formula(const Query& query) {
  JsonbWriter writer;
  writer.begin_object();
  writer.key("must");
  writer.begin_array();
  const GrowingArray<Datum>& conditions = query.formula->conditions;
  for (int64 i = 0; i < conditions.count; ++i) {
    writer.add(WJB_ELEM, value_of(DatumGetJsonbP(conditions.at[i])));
  }
  writer.end_array();
  writer.end_object();
  Collection bounds = *query.source.collection;
  bounds.strict.refuses_unindexed_retrieve = false;
  check_filter(bounds, writer.jsonb(), FilterUse::kRetrieve);
}

}  // namespace

void check_strict(const Query& query) {
  const Collection& collection = *query.source.collection;
  if (collection.strict.is_on) {
    check_query_limit(collection, query.limit);
    check_candidates(query);
    if (query.kind == QueryKind::kOrderBy) {
      check_key(collection, query.order_by.key);
    }
    if (query.formula != nullptr) {
      check_formula(query);
    }
  }
  apply_limits(collection, query.params);
  for (int i = 0; i < query.prefetch_count; ++i) {
    check_strict(*query.prefetch[i]);
  }
}

void check_strict_batch(const Collection& collection, int count) {
  check_bound(collection, collection.strict.search_max_batchsize, count, "requests in a batch");
}

}  // namespace vecext::pg
