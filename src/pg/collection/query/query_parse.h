// Requests in JSON as queries. Nothing is read from the table yet.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Reads a request of query().
Query* parse_query(const Collection& collection, const Json& request);

/// The same of query_groups(), which has members of its own.
Query* parse_group_query(const Collection& collection, const Json& request);

/// Reads one of search_batch(), recommend_batch().
Query* parse_search(const Collection& collection, const Json& request);
Query* parse_recommend(const Collection& collection, const Json& request);

/// Lets examples that are ids be points of {"collection", "vector"}.
void set_lookup(Query* query, const Json& lookup);

/// Examples of a list, or one.
Examples parse_examples(const Query& query, const Json* list);
Example* parse_example(const Query& query, const Json& json);
/// Pairs: [{"positive": …, "negative": …}, …].
ExamplePairs parse_pairs(const Query& query, const Json& list);
RecommendStrategy parse_strategy(const Json& name);
/// `place` is named where it has no example, or none that it needs.
void check_recommend(const Recommend& recommend, const Json& place);

}  // namespace vecext::pg
