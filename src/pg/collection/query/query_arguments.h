// Makes a query of the arguments that functions over collections have in common.
#pragma once

#include "pg/collection/query/query.h"
#include "pg/collection/common/result_rows.h"

namespace vecext::pg {

/// Returns a jsonb argument as a request, which errors call `name`, or null if the argument is
/// null.
const Json* request_argument(FunctionCallInfo fcinfo, int n, const char* name);

/// Returns the vectors in the arguments `n`, of type vector[], and `n + 1`, of type sparsevec[].
GivenVectors given_vectors(FunctionCallInfo fcinfo, int n);

/// The positions of a function's arguments, from 0. A position is -1 if the function does not have
/// the argument.
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

/// Returns the query of the arguments, over the collection that argument 0 names.
Query* query_of_arguments(FunctionCallInfo fcinfo, const QueryArguments& at);

/// Makes the query a recommendation. The arguments `first` .. `first + 2` are positive, negative
/// and strategy.
void set_recommend(Query* query, FunctionCallInfo fcinfo, int first);

}  // namespace vecext::pg
