// The universal query is a tree of requests. Each request finds rows, or ranks the rows that the
// requests below it have found. A hybrid search is such a tree, too: its legs are prefetches of a
// fusion. A search by a vector, a search by words and a fusion may be about the rows of any table;
// all other requests are about the points of a collection.
#pragma once

#include <optional>
#include <variant>

#include "core/score/examples.h"
#include "core/score/fusion.h"
#include "pg/collection/common/point_order.h"
#include "pg/collection/search/given_vectors.h"
#include "pg/collection/search/row_search.h"
#include "pg/collection/search/search_params.h"

namespace vecext::pg {

/// An example as a request names it: a vector, or a point by its id.
struct Example {
  const Json* json;
  Datum vector;  // a value of the column's type; valid once is_id is resolved
  Datum id;
  bool is_id;
  bool is_weighted;  // the vector has been multiplied as the column's modifier asks for
};

struct Examples {
  Example* at;
  int count;
};

/// Pairs of examples: a point should be more like the first of a pair than like the second.
struct ExamplePairs {
  Example* positive;
  Example* negative;
  int count;
};

// --- How a request ranks points ------------------------------------------------------------------

/// Points in the order of their ids, or random ones; they have no scores.
struct OrderById {};
struct RandomOrder {};

/// Points in the order of a key of their payloads; they have no scores.
struct OrderByKey {
  PointOrder order;
};

/// Maximal marginal relevance: of the nearest points, it chooses some that differ from each other.
struct Mmr {
  double lambda;
  int64 candidates;  // number of points that it chooses from
  bool is_default;   // the request gives no number, so that there are as many as it needs at least
};

struct Nearest {
  Example* target;
  std::optional<Mmr> mmr;
  Oid index = InvalidOid;  // if valid, the expression of this index is searched, not a column
};

struct BestByWords {
  Datum words;  // text
  TextIndex index;
};

enum class RecommendStrategy : uint8 { kAverageVector, kBestScore, kSumScores };

struct Recommend {
  Examples positive;
  Examples negative;
  RecommendStrategy strategy;
};

struct Discover {
  Example* target;
  ExamplePairs pairs;
};

struct Context {
  ExamplePairs pairs;
};

struct Feedback {
  Example* target;
  Examples examples;  // all points with feedback; pairs hold copies of them
  ExamplePairs pairs;
  double* differences;  // for each pair, the difference of the scores of its points
  FeedbackWeights weights;
};

/// Ranks points by one list that is made of the lists of all prefetches.
struct Fusion {
  Contribution* prefetches;
  // The factor that the weights of prefetches by vectors have been multiplied by, or 0 if they have
  // not. fuse() divides by it if no prefetch has words to search for.
  double vector_share = 0;
};

struct Formula;
struct ByFormula {
  const Formula* formula;
};

using Ranking = std::variant<OrderById, RandomOrder, OrderByKey, Nearest, BestByWords, Recommend,
                             Discover, Context, Feedback, Fusion, ByFormula>;

// -------------------------------------------------------------------------------------------------

/// Limits of a request that gives none.
constexpr int32 kDefaultLimit = 10;
constexpr int32 kDefaultGroupSize = 3;

/// The collection and the column in which examples that are ids have their vectors.
struct ExampleSource {
  const Collection* collection;
  const CollectionVector* column;
};

struct Query {
  Ranking ranking;
  RowSource source;                // its filter includes the filters of all requests above this one
  Jsonb* own_filter;               // the filter of this request alone; null if there is none
  const CollectionVector* column;  // null if the request names none
  ExampleSource examples;
  GivenVectors given;  // beside the request
  Query** prefetch;
  int prefetch_count;
  int64 limit;
  int64 offset;
  std::optional<double> threshold;
  SearchParams params;
  PointSelector shown;
  bool is_shown;  // the statement that ranks points returns payloads and vectors as well
};

/// Returns a query without members, in memory of the current context.
inline Query* new_query() {
  return palloc_object<Query>();
}

/// Restricts the query to the rows that satisfy a filter. No SPI connection may be open.
inline void set_filter(Query* query, const Json& filter) {
  set_filter(&query->source, filter);
  query->own_filter = query->source.has_filter ? DatumGetJsonbP(query->source.filter) : nullptr;
}

/// Returns the ranking by the distance to a vector, which is a value of the column's type.
inline Nearest nearest_to(Datum vector) {
  Example example{};
  example.vector = vector;
  return {.target = palloc_object<Example>(example), .mmr = {}};
}

/// Returns the ranking as one of that kind, or null if it is of another kind.
template <class Kind>
const Kind* ranking_as(const Query& query) {
  return std::get_if<Kind>(&query.ranking);
}

/// True if the ranking is one of these kinds.
template <class... Kinds>
bool ranks_by(const Query& query) {
  return (std::holds_alternative<Kinds>(query.ranking) || ...);
}

/// True if the query searches for the points nearest to one vector, which is the target or a mean
/// of examples.
inline bool is_search_by_vector(const Query& query) {
  const auto* recommend = ranking_as<Recommend>(query);
  return ranks_by<Nearest>(query) ||
         (recommend != nullptr && recommend->strategy == RecommendStrategy::kAverageVector);
}

/// Returns the parameters of maximal marginal relevance, or null if the request does not ask for
/// it.
inline const Mmr* mmr_of(const Query& query) {
  const auto* nearest = ranking_as<Nearest>(query);
  return nearest != nullptr && nearest->mmr ? &*nearest->mmr : nullptr;
}

}  // namespace vecext::pg
