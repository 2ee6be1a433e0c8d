// The universal query: a tree of requests, each of which finds rows or ranks those that the
// requests below it have found. A hybrid search is one, too: the legs are prefetches of a fusion.
// Only a search by a vector or by words, and a fusion, are of the rows of any table; the others are
// of the points of a collection.
#pragma once

#include <optional>
#include <variant>

#include "core/score/examples.h"
#include "core/score/fusion.h"
#include "pg/collection/common/point_order.h"
#include "pg/collection/search/row_search.h"
#include "pg/collection/search/search_params.h"

namespace vecext::pg {

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

/// The order of a key of payloads; no scores.
struct OrderByKey {
  PointOrder order;
};

/// Maximal marginal relevance: chooses points that differ from each other among the nearest.
struct Mmr {
  double lambda;
  int64 candidates;  // that it chooses from, at least
};

struct Nearest {
  Example* target;
  std::optional<Mmr> mmr;
  Oid index = InvalidOid;  // what this index is on is searched, not a column
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
  double* differences;  // between the scores of a pair
  FeedbackWeights weights;
};

/// The lists of prefetches as one.
struct Fusion {
  Contribution* prefetches;
  // The factor by which weights of prefetches by vectors were multiplied; 0: none. fuse() divides
  // by it if no prefetch has words to search for.
  double vector_share = 0;
};

struct Formula;
struct ByFormula {
  const Formula* formula;
};

using Ranking = std::variant<OrderById, RandomOrder, OrderByKey, Nearest, BestByWords, Recommend,
                             Discover, Context, Feedback, Fusion, ByFormula>;

// -------------------------------------------------------------------------------------------------

/// Limits where a request has none.
constexpr int32 kDefaultLimit = 10;
constexpr int32 kDefaultGroupSize = 3;

/// Where examples that are ids have their vectors.
struct ExampleSource {
  const Collection* collection;
  const CollectionVector* column;
};

struct Query {
  Ranking ranking;
  RowSource source;                // its filter includes those of all requests above
  Jsonb* own_filter;               // without these; null if there is none
  const CollectionVector* column;  // null if the request names none
  ExampleSource examples;
  Query** prefetch;
  int prefetch_count;
  int64 limit;
  int64 offset;
  std::optional<double> threshold;
  SearchParams params;
  PointSelector shown;
  bool is_shown;  // the statement that ranks points returns payloads and vectors as well
};

/// A request without members, in memory of the current context.
inline Query* new_query() {
  return palloc_object<Query>();
}

/// Lets the rows be those that satisfy a filter. No SPI connection may be open.
inline void set_filter(Query* query, const Json& filter) {
  set_filter(&query->source, filter);
  query->own_filter = query->source.has_filter ? DatumGetJsonbP(query->source.filter) : nullptr;
}

/// The search for a vector, a value of the column's type.
inline Nearest nearest_to(Datum vector) {
  Example example{};
  example.vector = vector;
  return {.target = palloc_object<Example>(example), .mmr = {}};
}

/// The member of the ranking, null if it is of another kind.
template <class Kind>
const Kind* ranking_as(const Query& query) {
  return std::get_if<Kind>(&query.ranking);
}

/// True if the ranking is one of these kinds.
template <class... Kinds>
bool ranks_by(const Query& query) {
  return (std::holds_alternative<Kinds>(query.ranking) || ...);
}

/// True if the points are those nearest to one vector: that of the target, or a mean of examples.
inline bool is_search_by_vector(const Query& query) {
  const auto* recommend = ranking_as<Recommend>(query);
  return ranks_by<Nearest>(query) ||
         (recommend != nullptr && recommend->strategy == RecommendStrategy::kAverageVector);
}

/// The parameters of marginal relevance; null if the request has none.
inline const Mmr* mmr_of(const Query& query) {
  const auto* nearest = ranking_as<Nearest>(query);
  return nearest != nullptr && nearest->mmr ? &*nearest->mmr : nullptr;
}

}  // namespace vecext::pg
