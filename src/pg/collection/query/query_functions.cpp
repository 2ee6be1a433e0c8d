// The functions vecext.search(), query(), query_plan(), recommend(), discover() and
// context_search(), and those for batches of requests.
#include <algorithm>
#include <cmath>

#include "pg/collection/common/point_id.h"
#include "pg/collection/common/statement_log.h"
#include "pg/collection/query/query_arguments.h"
#include "pg/collection/query/query_parse.h"
#include "pg/collection/query/query_run.h"
#include "pg/collection/query/query_strict.h"
#include "pg/collection/common/column_vector.h"
#include "pg/collection/search/show_points.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

/// Adds rows (id text, score float8, payload jsonb, vectors jsonb). Rows of a batch begin with the
/// number `request`; it is below 0 if they do not have one. Rows of functions that have it end with
/// the value that points are ordered by, and with the vectors in binary.
void add_rows(const ResultRows& rows, const Query& query, int request, const Hits& hits) {
  const Oid id_type = query.source.collection->id_type;
  constexpr int kColumns = 7;
  const bool is_binary = query.shown.is_binary();
  const int first = request < 0 ? 1 : 0;
  for (int64 i = 0; i < hits.list.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Hit& hit = hits.list.at[i];
    Datum values[kColumns] = {Int32GetDatum(request),
                              id_as_text(id_type, hit.id),
                              Float8GetDatum(hit.score),
                              hit.payload,
                              hit.vectors,
                              hit.order_value,
                              hit.vectors};
    bool nulls[kColumns] = {false,
                            false,
                            std::isnan(hit.score),
                            !hit.has_payload,
                            !hit.has_vectors || is_binary,
                            !hit.has_order_value || !ranks_by<OrderByKey>(query),
                            !hit.has_vectors || !is_binary};
    tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, values + first,
                         nulls + first);
  }
}

/// Runs the query and adds its points to the rows.
void add_results(const ResultRows& rows, Query* query, int request) {
  const Collection& collection = *query->source.collection;
  const Hits hits = run_query(query);
  for (int64 shown = 0; shown < hits.list.count; shown += kMostShown) {
    Hits part = hits;
    part.list.at += shown;
    part.list.count = Min(hits.list.count - shown, kMostShown);
    const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
    if (!query->is_shown) {
      show_points(collection, query->shown, &part);
    }
    add_rows(rows, *query, request, part);
    MemoryContextSwitchTo(before);
    MemoryContextReset(rows.of_row);
  }
}

/// Runs the query and returns its points as the rows of the function.
Datum return_points(FunctionCallInfo fcinfo, Query* query) {
  const ResultRows rows = new_result_rows(fcinfo);
  check_strict(*query);
  with_statements([&] { add_results(rows, query, -1); });
  return Datum{0};
}

using ParseRequest = Query* (*)(const Collection& collection, const Json& request,
                                const GivenVectors& given);

/// Runs a list of requests, all of which are read before the first runs.
Datum return_batch(FunctionCallInfo fcinfo, ParseRequest parse_request, const GivenVectors& given) {
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "requests");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  const Json* requests = request_argument(fcinfo, 1, "requests");
  refuse_body(requests->place, requests->value, {"searches"});
  const int count = element_count(*requests);
  check_strict_batch(*collection, count);
  auto** queries = palloc_array<Query*>(count);
  for (int i = 0; i < count; ++i) {
    queries[i] = parse_request(*collection, *element(*requests, i), given);
    check_strict(*queries[i]);
  }
  const MemoryContext of_request =
      AllocSetContextCreate(CurrentMemoryContext, "vecext request", ALLOCSET_DEFAULT_SIZES);
  with_statements([&] {
    for (int i = 0; i < count; ++i) {
      const MemoryContext before = MemoryContextSwitchTo(of_request);
      add_results(rows, queries[i], i + 1);
      MemoryContextSwitchTo(before);
      MemoryContextReset(of_request);
    }
  });
  return Datum{0};
}

/// Returns the positions of the common arguments, the first of which is `first`.
QueryArguments arguments_from(int first) {
  return {.limit = first,
          .filter = first + 1,
          .vector_name = first + 2,
          .lookup_from = first + 3,
          .offset = first + 4,
          .params = first + 5,
          .score_threshold = first + 6,
          .with_payload = first + 7,
          .with_vectors = first + 8};
}

}  // namespace

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

VECEXT_FUNCTION(vecext_query)
{
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  return return_points(fcinfo, parse_query(*collection, *request_argument(fcinfo, 1, "request"),
                                           given_vectors(fcinfo, 2)));
}

VECEXT_FUNCTION(vecext_query_plan)
{
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  Query* query =
      parse_query(*collection, *request_argument(fcinfo, 1, "request"), given_vectors(fcinfo, 2));
  check_strict(*query);
  const GrowingArray<ExecutedStatement> executed =
      with_statements([&] { return executed_statements([&] { run_and_show(query); }); });
  for (int64 i = 0; i < executed.count; ++i) {
    add_result_row<4>(rows, [&](Datum* values, bool* is_null) {
      std::fill_n(is_null, 4, false);
      values[0] = CStringGetTextDatum(executed.at[i].text);
      values[1] = executed.at[i].parameters;
      values[2] = Int64GetDatum(static_cast<int64>(executed.at[i].rows));
      values[3] = CStringGetTextDatum(executed.at[i].plan);
    });
  }
  return Datum{0};
}

VECEXT_FUNCTION(vecext_recommend)
{
  Query* query = query_of_arguments(fcinfo, arguments_from(4));
  set_recommend(query, fcinfo, 1);
  return return_points(fcinfo, query);
}

VECEXT_FUNCTION(vecext_discover)
{
  refuse_null(fcinfo, 1, "target");
  Query* query = query_of_arguments(fcinfo, arguments_from(3));
  Discover discover{.target = parse_example(*query, *request_argument(fcinfo, 1, "target")),
                    .pairs = {}};
  if (const Json* context = request_argument(fcinfo, 2, "context"); context != nullptr) {
    discover.pairs = parse_pairs(*query, *context);
  }
  query->ranking = discover;
  return return_points(fcinfo, query);
}

VECEXT_FUNCTION(vecext_context_search)
{
  refuse_null(fcinfo, 1, "context");
  Query* query = query_of_arguments(fcinfo, arguments_from(2));
  query->ranking = Context{parse_pairs(*query, *request_argument(fcinfo, 1, "context"))};
  return return_points(fcinfo, query);
}

VECEXT_FUNCTION(vecext_search_batch)
{ return return_batch(fcinfo, parse_search, {}); }

VECEXT_FUNCTION(vecext_recommend_batch)
{ return return_batch(fcinfo, parse_recommend, {}); }

VECEXT_FUNCTION(vecext_query_batch)
{ return return_batch(fcinfo, parse_query, given_vectors(fcinfo, 2)); }

}  // namespace vecext::pg
