// The universal query: a tree of requests, each of which finds points of a collection or ranks
// those that the requests below it have found.
#pragma once

#include "core/score/examples.h"
#include "pg/collection/query/nearest.h"
#include "pg/collection/common/point_order.h"
#include "pg/collection/search/search_params.h"

namespace vecext::pg {

enum class QueryKind : uint8 {
  kPoints,     // in the order of ids
  kNearest,    // target
  kText,       // words, text_key
  kRecommend,  // strategy, positive, negative
  kDiscover,   // target; positive[i], negative[i]: pairs
  kContext,    // pairs
  kFeedback,   // target; pairs, differences, weights
  kOrderBy,    // order_by
  kSample,     // random points
  kRrf,        // rrf
  kDbsf,
  kFormula,  // formula
};

enum class RecommendStrategy : uint8 { kAverageVector, kBestScore, kSumScores };

/// An example as a request names it: a vector, or a point by its id.
struct Example {
  const Json* json;
  Datum vector;  // of the column's type, once it is known
  Datum id;
  bool is_id;
};

struct Examples {
  Example* at;
  int count;
};

struct Rrf {
  double k;
  double* weights;  // null: 1 each
};

struct Mmr {
  double lambda;
  int64 candidates;  // 0: the request does not say
};

struct Formula;

/// Of requests that do not say.
constexpr int32 kDefaultLimit = 10;
constexpr int32 kDefaultGroupSize = 3;
/// As many as a few pages have, so that these are parts of one list.
constexpr int64 kDefaultMmrCandidates = 100;

struct Query {
  QueryKind kind;
  PointSource source;  // its filter includes those of all requests above
  const CollectionVector* column;
  Query** prefetch;
  int prefetch_count;
  int64 limit;
  int64 offset;
  double threshold;
  bool has_threshold;
  SearchParams params;
  PointSelector shown;
  bool shows_rows;  // the statement that ranks points returns payloads and vectors as well
  // Where examples are ids: of which collection, and of which vector.
  const Collection* example_collection;
  const CollectionVector* example_column;
  Example target;
  Datum words;           // text
  const char* text_key;  // what the words are looked up in; null: there is only one such index
  Examples positive;
  Examples negative;
  Examples feedback;  // of relevance feedback; those that make pairs are in the lists above, too
  RecommendStrategy strategy;
  double* differences;
  FeedbackWeights weights;
  PointOrder order_by;
  Rrf rrf;
  Mmr* mmr;  // null: none
  const Formula* formula;
};

/// Reads a request of query(). It reads nothing from the table yet.
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
Example parse_example(const Query& query, const Json& json);
/// Pairs: [{"positive": …, "negative": …}, …].
void parse_pairs(Query* query, const Json& list);
RecommendStrategy parse_strategy(const Json& name);
void check_recommend(const Query& query, const Json& place);

/// Refuses what strict mode does not allow, of this request and those below it, and begins their
/// time limits.
void check_strict(const Query& query);
void check_strict_batch(const Collection& collection, int count);

/// Payloads and vectors are kept of no more points than that: of a larger result, memory holds the
/// ids and scores, and what is shown is read for a part of the points at a time.
constexpr int64 kMostShown = 20000;

/// The points that a query finds, in the order of its result, `offset` and `limit` applied. What is
/// shown is filled in if query->shows_rows is true then. An SPI connection must be open.
Hits find_points(Query* query);
/// The same with what is shown.
Hits run_query(Query* query);

/// Which scores of the points that a query finds are better, in whatever order it lists them.
/// kAsListed: they have none.
ScoreOrder score_order(const Query& query);

}  // namespace vecext::pg
