// What strict mode refuses of searches.
#include "pg/collection/query/formula.h"
#include "pg/collection/query/query.h"
#include "pg/collection/strict/strict.h"
#include "pg/sys/jsonb_writer.h"

namespace vecext::pg {

namespace {

/// Candidates beyond the rows of the result are rows of the request, too.
void check_candidates(const Query& query) {
  const Mmr* mmr = mmr_of(query);
  if (mmr != nullptr && mmr->candidates > query.limit + query.offset) {
    check_query_limit(*query.source.collection, mmr->candidates);
  }
}

/// The conditions of a formula count together, as those of one filter. They hold or not of points
/// that are found already, so their keys need no index.
void check_formula(const Collection& collection, const Formula& formula) {
  JsonbWriter writer;
  writer.begin_object();
  writer.key("must");
  writer.begin_array();
  const GrowingArray<Datum>& conditions = formula.conditions;
  for (int64 i = 0; i < conditions.count; ++i) {
    writer.add(WJB_ELEM, value_of(DatumGetJsonbP(conditions.at[i])));
  }
  writer.end_array();
  writer.end_object();
  Collection bounds = collection;
  bounds.strict.refuses_unindexed_retrieve = false;
  check_filter(bounds, writer.jsonb(), FilterUse::kRetrieve);
}

}  // namespace

void check_strict(const Query& query) {
  const Collection& collection = *query.source.collection;
  if (collection.strict.is_on) {
    check_query_limit(collection, query.limit);
    check_candidates(query);
    if (const auto* by_key = ranking_as<OrderByKey>(query)) {
      check_key(collection, by_key->order.key);
    }
    if (const auto* by_formula = ranking_as<ByFormula>(query)) {
      check_formula(collection, *by_formula->formula);
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
