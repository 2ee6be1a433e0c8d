#include "pg/collection/query/query_strict.h"

#include "pg/collection/common/time_limit.h"
#include "pg/collection/query/formula.h"
#include "pg/collection/strict/strict.h"
#include "pg/sys/jsonb_writer.h"

namespace vecext::pg {

namespace {

/// Checks the number of candidates. If there are more candidates than rows of the result, they
/// count as the rows of the request.
void check_candidates(const Query& query) {
  const Mmr* mmr = mmr_of(query);
  if (mmr != nullptr && mmr->candidates > query.limit + query.offset) {
    check_query_limit(*query.source.collection, mmr->candidates);
  }
}

/// Checks the conditions of a formula, which count together as one filter. They are evaluated on
/// points that are found already, so their keys need no index.
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

void check_params(const Collection& collection, const SearchParams& params) {
  const StrictMode& strict = collection.strict;
  check_bound(collection, strict.max_timeout, params.timeout, "max_timeout", "seconds of timeout");
  check_bound(collection, strict.search_max_hnsw_ef, params.hnsw_ef, "search_max_hnsw_ef",
              "nodes of hnsw_ef");
  const bool is_exact = params.exact || (params.filter_strategy != nullptr &&
                                         strcmp(params.filter_strategy, "exact") == 0);
  if (strict.refuses_exact && is_exact) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("strict mode of collection \"%s\" allows no exact search", collection.name),
             about({.rule = "search_allow_exact", .collection = collection.name})));
  }
  if (strict.search_max_oversampling >= 0 && params.oversampling > strict.search_max_oversampling) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("strict mode of collection \"%s\" allows an oversampling of %g, not %g",
                           collection.name, strict.search_max_oversampling, params.oversampling),
                    about({.rule = psprintf("search_max_oversampling %g > %g", params.oversampling,
                                            strict.search_max_oversampling),
                           .collection = collection.name})));
  }
}

void check_request(const Collection& collection, const Query& query) {
  check_query_limit(collection, query.limit);
  check_candidates(query);
  check_filter(collection, query.own_filter, FilterUse::kRetrieve);
  if (const auto* by_key = ranking_as<OrderByKey>(query)) {
    check_key(collection, by_key->order.key);
  }
  if (const auto* by_formula = ranking_as<ByFormula>(query)) {
    check_formula(collection, *by_formula->formula);
  }
  check_params(collection, query.params);
}

}  // namespace

void check_strict(const Query& query) {
  const Collection* collection = query.source.collection;
  if (collection != nullptr && collection->strict.is_on) {
    check_request(*collection, query);
  } else if (collection != nullptr) {
    check_results(*collection, query.limit);
  }
  if (query.params.timeout > 0) {
    limit_call(query.params.timeout);
  }
  for (int i = 0; i < query.prefetch_count; ++i) {
    check_strict(*query.prefetch[i]);
  }
}

void check_strict_batch(const Collection& collection, int count) {
  check_bound(collection, collection.strict.search_max_batchsize, count, "search_max_batchsize",
              "requests in a batch");
}

void check_strict_groups(const Query& query, const GroupRequest& request) {
  const Collection& collection = *query.source.collection;
  check_strict(query);
  check_query_limit(collection, request.limit * request.group_size);
  check_key(collection, request.key);
}

int64 default_mmr_candidates(const Collection& collection) {
  constexpr int64 kCandidates = 100;
  const int64 most = collection.strict.max_query_limit;
  return most >= 0 ? Min(most, kCandidates) : kCandidates;
}

}  // namespace vecext::pg
