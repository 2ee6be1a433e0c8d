// vecext.query(), query_plan(), recommend(), discover(), context_search() and batches of requests.
#include <algorithm>

#include "pg/collection/common/statement_log.h"
#include "pg/collection/query/query_arguments.h"
#include "pg/collection/query/results.h"

namespace vecext::pg {

namespace {

using ParseRequest = Query* (*)(const Collection& collection, const Json& request);

/// Runs a list of requests, all of which are read before the first runs.
Datum return_batch(FunctionCallInfo fcinfo, ParseRequest parse_request) {
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "requests");
  const Collection* collection = collection_argument(fcinfo, 0);
  const Json* requests = request_argument(fcinfo, 1, "requests");
  refuse_body(requests->place, requests->value, {"searches"});
  const int count = element_count(*requests);
  check_strict_batch(*collection, count);
  auto** queries = static_cast<Query**>(palloc(sizeof(Query*) * static_cast<Size>(count + 1)));
  for (int i = 0; i < count; ++i) {
    queries[i] = parse_request(*collection, *element(*requests, i));
    check_strict(*queries[i]);
  }
  const MemoryContext of_request =
      AllocSetContextCreate(CurrentMemoryContext, "vecext request", ALLOCSET_DEFAULT_SIZES);
  begin_statements();
  for (int i = 0; i < count; ++i) {
    const MemoryContext before = MemoryContextSwitchTo(of_request);
    add_results(rows, queries[i], i + 1);
    MemoryContextSwitchTo(before);
    MemoryContextReset(of_request);
  }
  end_statements();
  return Datum{0};
}

/// Arguments that follow those of the kind of query.
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

VECEXT_FUNCTION(vecext_query)
{
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = collection_argument(fcinfo, 0);
  return return_points(fcinfo, parse_query(*collection, *request_argument(fcinfo, 1, "request")));
}

VECEXT_FUNCTION(vecext_query_plan)
{
  const ResultRows rows = new_result_rows(fcinfo);
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = collection_argument(fcinfo, 0);
  Query* query = parse_query(*collection, *request_argument(fcinfo, 1, "request"));
  check_strict(*query);
  begin_statements();
  const GrowingArray<ExecutedStatement> executed = executed_statements([&] { run_query(query); });
  end_statements();
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
{ return return_batch(fcinfo, parse_search); }

VECEXT_FUNCTION(vecext_recommend_batch)
{ return return_batch(fcinfo, parse_recommend); }

VECEXT_FUNCTION(vecext_query_batch)
{ return return_batch(fcinfo, parse_query); }

}  // namespace vecext::pg
