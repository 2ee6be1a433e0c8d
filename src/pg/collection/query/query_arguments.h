// Arguments that functions over collections have in common, as a query.
#pragma once

#include "pg/collection/query/query.h"
#include "pg/collection/common/result_rows.h"

namespace vecext::pg {

/// A jsonb argument as a request; null if it is null.
const Json* request_argument(FunctionCallInfo fcinfo, int n, const char* name);

/// Where the arguments are; -1 if the function does not have it.
struct QueryArguments {
  int limit;
  int filter;
  int vector_name;
  int lookup_from;
  int offset;
  int params;
  int score_threshold;
  int with_payload;
  int with_vectors;
};

/// A query over the collection that argument 0 names.
Query* query_of_arguments(FunctionCallInfo fcinfo, const QueryArguments& at);

/// Makes the query a recommendation, by the arguments `first` .. `first + 2`: positive, negative,
/// strategy.
void set_recommend(Query* query, FunctionCallInfo fcinfo, int first);

}  // namespace vecext::pg
