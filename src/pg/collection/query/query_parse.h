// Parses requests in JSON as queries, without reading the searched table.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Reads a request of vecext.query(). Its vectors may be some of `given`.
Query* parse_query(const Collection& collection, const Json& request, const GivenVectors& given);

/// Reads a request of vecext.query_groups(), which has members of its own.
Query* parse_group_query(const Collection& collection, const Json& request,
                         const GivenVectors& given);

/// Read one request of vecext.search_batch() and of vecext.recommend_batch(). No vectors are given
/// beside it.
Query* parse_search(const Collection& collection, const Json& request, const GivenVectors& given);
Query* parse_recommend(const Collection& collection, const Json& request,
                       const GivenVectors& given);

/// Makes ids in examples mean points of another collection, and their vectors, as {"collection",
/// "vector"} says.
void set_lookup(Query* query, const Json& lookup);

/// Reads a list of examples, or one example alone.
Examples parse_examples(const Query& query, const Json* list);
Example* parse_example(const Query& query, const Json& json);
/// Reads pairs of examples, [{"positive": …, "negative": …}, …].
ExamplePairs parse_pairs(const Query& query, const Json& list);
RecommendStrategy parse_strategy(const Json& name);
/// Raises an ERROR, with the place of `place`, if the recommendation has no example, or lacks those
/// that its strategy needs.
void check_recommend(const Recommend& recommend, const Json& place);

}  // namespace vecext::pg
