#include "pg/collection/query/query_arguments.h"

#include "pg/collection/query/query_parse.h"

namespace vecext::pg {

const Json* request_argument(FunctionCallInfo fcinfo, int n, const char* name) {
  return n < 0 || PG_ARGISNULL(n) ? nullptr : request_of(PG_GETARG_DATUM(n), name);
}

GivenVectors given_vectors(FunctionCallInfo fcinfo, int n) {
  const auto elements = [&](int argument) {
    return PG_ARGISNULL(argument) ? ArrayElements{} : elements_of(PG_GETARG_ARRAYTYPE_P(argument));
  };
  return {.dense = elements(n), .sparse = elements(n + 1)};
}

Query* query_of_arguments(FunctionCallInfo fcinfo, const QueryArguments& at) {
  Query* query = new_query();
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  query->source = source_of_points(*collection);
  query->column = &vector_of_name(*collection, PG_ARGISNULL(at.vector_name)
                                                   ? std::string_view{}
                                                   : text_argument(fcinfo, at.vector_name));
  query->examples = {.collection = collection, .column = query->column};
  query->limit = count_argument(fcinfo, at.limit, "limit_", 1, kDefaultLimit);
  query->offset = at.offset < 0 ? 0 : count_argument(fcinfo, at.offset, "offset_", 0, 0);
  if (query->limit + query->offset > PG_INT32_MAX) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("limit_ and offset_ are too large")));
  }
  if (const Json* filter = request_argument(fcinfo, at.filter, "filter"); filter != nullptr) {
    set_filter(query, *filter);
  }
  if (const Json* lookup = request_argument(fcinfo, at.lookup_from, "lookup_from");
      lookup != nullptr) {
    set_lookup(query, *lookup);
  }
  query->params = search_params(request_argument(fcinfo, at.params, "params"));
  if (!PG_ARGISNULL(at.score_threshold)) {
    query->threshold = PG_GETARG_FLOAT8(at.score_threshold);
  }
  query->shown = read_selector(*collection, jsonb_argument(fcinfo, at.with_payload),
                               jsonb_argument(fcinfo, at.with_vectors));
  return query;
}

void set_recommend(Query* query, FunctionCallInfo fcinfo, int first) {
  Recommend recommend{
      .positive = parse_examples(*query, request_argument(fcinfo, first, "positive")),
      .negative = parse_examples(*query, request_argument(fcinfo, first + 1, "negative")),
      .strategy = RecommendStrategy::kAverageVector};
  if (!PG_ARGISNULL(first + 2)) {
    JsonbValue name;
    name.type = jbvString;
    const std::string_view text = text_argument(fcinfo, first + 2);
    name.val.string.val = const_cast<char*>(text.data());
    name.val.string.len = static_cast<int>(text.size());
    recommend.strategy = parse_strategy({.value = name, .place = JsonPlace::argument("strategy")});
  }
  check_recommend(recommend, {.value = {}, .place = JsonPlace::argument("positive")});
  query->ranking = recommend;
}

}  // namespace vecext::pg
