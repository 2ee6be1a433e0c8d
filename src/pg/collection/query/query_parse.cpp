// Parses requests of query() to trees.
#include <algorithm>
#include <cmath>

#include "pg/collection/common/filters.h"
#include "pg/collection/query/formula.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/query_parse.h"
#include "pg/collection/query/query_strict.h"
#include "pg/collection/common/column_vector.h"
#include "pg/collection/common/result_rows.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/catalog.h"
#include "pg/type/point_id_type.h"

#include "core/condition/timestamp.h"
#include "core/score/fusion.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostLevels = 64;
constexpr int64 kMostRows = PG_INT32_MAX;

/// Restricts a source also by the filter of the request above it.
void add_filter(RowSource* source, const RowSource& above) {
  if (above.has_filter) {
    source->filter = source->has_filter ? both_filters(above.filter, source->filter) : above.filter;
    source->has_filter = true;
  }
}

/// Returns a query with what all requests have in common.
Query* new_request(const Collection& collection, const Json& request, const Query* above,
                   const GivenVectors& given = {}) {
  Query* query = new_query();
  query->given = given;
  query->source = source_of_points(collection);
  if (const Json* filter = member(request, "filter"); filter != nullptr) {
    set_filter(query, *filter);
  }
  if (above != nullptr) {
    add_filter(&query->source, above->source);
  }
  query->limit = integer_member(request, "limit", 1, kMostRows, kDefaultLimit);
  if (const Json* threshold = member(request, "score_threshold"); threshold != nullptr) {
    query->threshold = number_of(*threshold);
  }
  query->params = search_params(member(request, "params"));
  query->offset = integer_member(request, "offset", 0, kMostRows - query->limit, 0);
  return query;
}

/// Returns the name of a vector, which older clients write as {"name": …}.
const char* vector_name_of(const Json& json) {
  if (!is_object(json)) {
    return string_of(json);
  }
  check_members(json, {"name"});
  return string_of(required(json, "name"));
}

void set_column(Query* query, const Json* name) {
  query->column =
      &vector_of_name(*query->source.collection, name == nullptr ? "" : vector_name_of(*name));
  query->examples = {.collection = query->source.collection, .column = query->column};
}

void set_shown(Query* query, const Json& request, VectorOutput output) {
  const Json* payload = member(request, "with_payload");
  const Json* vectors = member(request, "with_vectors");
  if (vectors == nullptr) {
    vectors = member(request, "with_vector");
  }
  // By default the payload is shown and no vectors, as by the functions of SQL.
  query->shown =
      read_selector(*query->source.collection,
                    DatumGetJsonbP(payload == nullptr ? jsonb_of_bool(true) : jsonb_of(*payload)),
                    vectors == nullptr ? nullptr : DatumGetJsonbP(jsonb_of(*vectors)), output);
}

void require_column(const Query& query) {
  if (query.column == nullptr) {
    vector_of_name(*query.source.collection, "");
  }
}

Example* new_example(const Example& example) {
  return palloc_object<Example>(example);
}

Example example_by_vector(const Query& query, const Json& json) {
  return {.json = &json,
          .vector = is_given(json) ? given_vector(*query.column, query.given, json)
                                   : vector_for_column(*query.column, json),
          .id = Datum{},
          .is_id = false};
}

/// True if a text is a vector of bits. If the ids are texts, it is an id instead. If they may be
/// UUIDs, a text with the length of a UUID without hyphens is an id.
bool is_bit_string(const Query& query, const Json& json) {
  constexpr std::size_t kUuidDigits = 32;
  const Oid id_type = query.examples.collection->id_type;
  return is_string(json) && id_type != TEXTOID &&
         vector_kind_of(query.column->type) == VectorKind::kBit &&
         text_of(json.value).find_first_not_of("01") == std::string_view::npos &&
         ((id_type != UUIDOID && !is_point_id(id_type)) ||
          text_of(json.value).size() != kUuidDigits);
}

Example example_of(const Query& query, const Json& json) {
  require_column(query);
  if (is_vector(json) || is_bit_string(query, json)) {
    return example_by_vector(query, json);
  }
  return {.json = &json,
          .vector = Datum{},
          .id = id_from_json(query.examples.collection->id_type, json.value, json.place),
          .is_id = true};
}

Mmr parse_mmr(const Collection& collection, const Json& json) {
  check_members(json, {"diversity", "candidates_limit"});
  constexpr double kDefaultDiversity = .5;
  const double diversity = number_member(json, "diversity", kDefaultDiversity);
  if (diversity < 0 || diversity > 1) {
    refuse(*member(json, "diversity"), "expected a number of 0 to 1");
  }
  return {.lambda = 1 - diversity,
          .candidates = integer_member(json, "candidates_limit", 1, kMostRows,
                                       default_mmr_candidates(collection)),
          .is_default = member(json, "candidates_limit") == nullptr};
}

/// Returns a fusion to which all prefetches contribute by the same term, with weight 1.
Fusion fusion_by(const Query& query, const ScoreTerm& term) {
  const auto count = static_cast<Size>(query.prefetch_count);
  auto* prefetches = palloc_array<Contribution>(count);
  std::fill_n(prefetches, count, Contribution{.term = term, .weight = 1});
  return {prefetches};
}

Fusion parse_rrf(const Query& query, const Json& json) {
  check_members(json, {"k", "weights"});
  ReciprocalRank rank = kQdrantRank;
  rank.k = static_cast<double>(
      integer_member(json, "k", 1, PG_INT32_MAX, static_cast<int64>(kQdrantRank.k)));
  const Fusion fusion = fusion_by(query, rank);
  const Json* weights = member(json, "weights");
  if (weights != nullptr && element_count(*weights) != query.prefetch_count) {
    refuse(*weights,
           psprintf("expected a weight for each prefetch, %d in all", query.prefetch_count));
  }
  for (int i = 0; weights != nullptr && i < query.prefetch_count; ++i) {
    fusion.prefetches[i].weight = number_of(*element(*weights, i));
  }
  return fusion;
}

Fusion parse_fusion(const Query& query, const Json& json) {
  const char* name = string_of(json);
  if (strcmp(name, "rrf") == 0) {
    return fusion_by(query, kQdrantRank);
  }
  if (strcmp(name, "dbsf") != 0) {
    refuse(json, "expected rrf or dbsf");
  }
  return fusion_by(query, PlaceInDistribution{});
}

Discover parse_discover(const Query& query, const Json& json) {
  check_members(json, {"target", "context"});
  Discover discover{.target = parse_example(query, required(json, "target")), .pairs = {}};
  if (const Json* context = member(json, "context"); context != nullptr) {
    discover.pairs = parse_pairs(query, *context);
  }
  return discover;
}

ExamplePairs new_pairs(Size most) {
  return {
      .positive = palloc_array<Example>(most), .negative = palloc_array<Example>(most), .count = 0};
}

/// Makes pairs of feedback: two points are a pair if one has a higher score than the other.
void pair_feedback(const double* scores, Feedback* feedback) {
  const Examples& examples = feedback->examples;
  const Size most = static_cast<Size>(examples.count) * static_cast<Size>(examples.count);
  ExamplePairs& pairs = feedback->pairs;
  pairs = new_pairs(most);
  feedback->differences = palloc_array<double>(most);
  for (int i = 0; i < examples.count; ++i) {
    for (int j = 0; j < examples.count; ++j) {
      if (scores[i] > scores[j]) {
        pairs.positive[pairs.count] = examples.at[i];
        pairs.negative[pairs.count] = examples.at[j];
        feedback->differences[pairs.count++] = scores[i] - scores[j];
      }
    }
  }
}

Feedback parse_feedback(const Query& query, const Json& json) {
  check_members(json, {"target", "feedback", "strategy"});
  Feedback feedback{};
  feedback.target = parse_example(query, required(json, "target"));
  const Json& strategy = required(json, "strategy");
  check_members(strategy, {"naive"});
  const Json& naive = required(strategy, "naive");
  check_members(naive, {"a", "b", "c"});
  feedback.weights = {.a = number_of(required(naive, "a")),
                      .b = number_of(required(naive, "b")),
                      .c = number_of(required(naive, "c"))};
  const Json& list = required(json, "feedback");
  constexpr int kMostFeedback = 100;
  const int count = element_count(list);
  if (count > kMostFeedback) {
    refuse(list, psprintf("more than %d points of feedback", kMostFeedback));
  }
  feedback.examples = {palloc_array<Example>(count), count};
  auto* scores = palloc_array<double>(count);
  for (int i = 0; i < count; ++i) {
    const Json* item = element(list, i);
    check_members(*item, {"example", "score"});
    feedback.examples.at[i] = example_of(query, required(*item, "example"));
    scores[i] = number_of(required(*item, "score"));
  }
  pair_feedback(scores, &feedback);
  return feedback;
}

Recommend parse_recommend_members(const Query& query, const Json& json) {
  const Json* strategy = member(json, "strategy");
  const Recommend recommend{.positive = parse_examples(query, member(json, "positive")),
                            .negative = parse_examples(query, member(json, "negative")),
                            .strategy = strategy == nullptr ? RecommendStrategy::kAverageVector
                                                            : parse_strategy(*strategy)};
  check_recommend(recommend, json);
  return recommend;
}

Nearest parse_nearest(const Query& query, const Json& json) {
  return {.target = parse_example(query, json), .mmr = {}};
}

/// Returns the object {"text": …} if the query is such an object or has one as "nearest", otherwise
/// null.
const Json* text_of_query(const Json& json) {
  const Json* nearest = is_object(json) ? member(json, "nearest") : nullptr;
  const Json* text = nearest == nullptr ? &json : nearest;
  return is_object(*text) && member(*text, "text") != nullptr ? text : nullptr;
}

/// Refuses parameters of BM25 that are not those of the index, which all its searches have.
void check_scoring(const Json& scoring, const TextIndex& index) {
  check_members(scoring, {"bm25"});
  const Json& given = required(scoring, "bm25");
  check_members(given, {"k", "b"});
  constexpr double kRounding = 1e-6;
  const auto check = [&](const char* name, double value) {
    const Json* asked = member(given, name);
    if (asked != nullptr && std::fabs(number_of(*asked) - value) > kRounding) {
      refuse(
          asked->place, ERRCODE_FEATURE_NOT_SUPPORTED,
          psprintf("index \"%s\" has %s = %g, not %g", index.name, name, value, number_of(*asked)));
    }
  };
  constexpr double kDefaultK1 = 1.2;
  constexpr double kDefaultB = .75;
  check("k", index_option(index.index, "k1", kDefaultK1));
  check("b", index_option(index.index, "b", kDefaultB));
}

/// Parses a search by words. It is written as in Qdrant for a model that the server runs, where the
/// only model here is BM25, or for an index of texts, {"text": {"query": …, "scoring": …}}.
BestByWords parse_text(const Query& query, const Json& json, const Json* index) {
  const Json& text = required(json, "text");
  if (is_object(text)) {
    check_members(json, {"text"});
    check_members(text, {"query", "scoring"});
    const BestByWords ranking{
        .words = CStringGetTextDatum(string_of(required(text, "query"))),
        .index = text_index_of(query.source, index == nullptr ? nullptr : string_of(*index))};
    if (const Json* scoring = member(text, "scoring"); scoring != nullptr) {
      check_scoring(*scoring, ranking.index);
    }
    return ranking;
  }
  check_members(json, {"text", "model"});
  const char* words = string_of(text);
  if (const Json* model = member(json, "model"); model != nullptr) {
    const char* name = string_of(*model);
    if (pg_strcasecmp(name, "bm25") != 0 && pg_strcasecmp(name, "qdrant/bm25") != 0) {
      refuse(*model, "expected bm25; make vectors of other models before");
    }
  }
  return {.words = CStringGetTextDatum(words),
          .index = text_index_of(query.source, index == nullptr ? nullptr : string_of(*index))};
}

/// Parses a query that is an object. One of its members says which kind of query it is.
Ranking parse_query_object(const Query& query, const Json& json) {
  if (is_given(json)) {
    return parse_nearest(query, json);
  }
  check_members(json,
                {"nearest", "mmr", "recommend", "discover", "context", "order_by", "fusion", "rrf",
                 "formula", "defaults", "sample", "relevance_feedback", "indices", "values"});
  if (member(json, "indices") != nullptr || member(json, "values") != nullptr) {
    return parse_nearest(query, json);  // a sparse vector
  }
  const Json* mmr = member(json, "mmr");
  const Json* defaults = member(json, "defaults");
  const Json* formula = member(json, "formula");
  const int64 modifiers = (mmr != nullptr ? 1 : 0) + (defaults != nullptr ? 1 : 0);
  if (size_of(json.value) - modifiers != 1) {
    refuse(json, "expected one kind of query");
  }
  const Json* nearest = member(json, "nearest");
  if (mmr != nullptr && nearest == nullptr) {
    refuse(*mmr, "\"mmr\" needs \"nearest\"");
  }
  if (defaults != nullptr && formula == nullptr) {
    refuse(*defaults, "\"defaults\" needs \"formula\"");
  }
  if (nearest != nullptr) {
    Nearest ranking = parse_nearest(query, *nearest);
    if (mmr != nullptr) {
      ranking.mmr = parse_mmr(*query.source.collection, *mmr);
    }
    return ranking;
  }
  if (const Json* recommend = member(json, "recommend"); recommend != nullptr) {
    check_members(*recommend, {"positive", "negative", "strategy"});
    return parse_recommend_members(query, *recommend);
  }
  if (const Json* discover = member(json, "discover"); discover != nullptr) {
    return parse_discover(query, *discover);
  }
  if (const Json* context = member(json, "context"); context != nullptr) {
    return Context{parse_pairs(query, *context)};
  }
  if (const Json* order_by = member(json, "order_by"); order_by != nullptr) {
    return OrderByKey{parse_point_order(*order_by)};
  }
  if (const Json* fusion = member(json, "fusion"); fusion != nullptr) {
    return parse_fusion(query, *fusion);
  }
  if (const Json* rrf = member(json, "rrf"); rrf != nullptr) {
    return parse_rrf(query, *rrf);
  }
  if (const Json* sample = member(json, "sample"); sample != nullptr) {
    if (strcmp(string_of(*sample), "random") != 0) {
      refuse(*sample, "expected random");
    }
    return RandomOrder{};
  }
  if (const Json* feedback = member(json, "relevance_feedback"); feedback != nullptr) {
    return parse_feedback(query, *feedback);
  }
  if (formula == nullptr) {
    refuse(json, "expected one kind of query");
  }
  return ByFormula{parse_formula(*formula, defaults, query.prefetch_count)};
}

/// Where a request stands in the tree, which decides what members it may have.
enum class RequestPlace : uint8 { kOuter, kOfGroups, kPrefetch };

void check_members_at(RequestPlace where, const Json& request) {
  switch (where) {
    case RequestPlace::kOuter:
      check_members(request, {"prefetch", "query", "using", "filter", "limit", "offset", "params",
                              "score_threshold", "lookup_from", "with_payload", "with_vectors",
                              "with_vector"});
      break;
    case RequestPlace::kOfGroups:
      check_members(request, {"prefetch", "query", "using", "filter", "limit", "params",
                              "score_threshold", "lookup_from", "with_payload", "with_vectors",
                              "with_vector", "group_by", "group_size", "with_lookup"});
      break;
    case RequestPlace::kPrefetch:
      check_members(request, {"prefetch", "query", "using", "filter", "limit", "params",
                              "score_threshold", "lookup_from"});
      break;
  }
}

Query* parse(const Collection& collection, const Json& request, RequestPlace where,
             const Query* above, const GivenVectors& given, int level);

void parse_prefetch(Query* query, const Json& list, int level) {
  query->prefetch_count = list_count(list);
  query->prefetch = palloc_array<Query*>(query->prefetch_count);
  for (int i = 0; i < query->prefetch_count; ++i) {
    query->prefetch[i] = parse(*query->source.collection, *list_value(list, i),
                               RequestPlace::kPrefetch, query, query->given, level + 1);
  }
}

Query* parse(const Collection& collection, const Json& request, RequestPlace where,
             const Query* above, const GivenVectors& given, int level) {
  check_stack_depth();
  if (level > kMostLevels) {
    refuse(request, psprintf("more than %d levels of prefetch", kMostLevels));
  }
  check_members_at(where, request);
  Query* query = new_request(collection, request, above, given);
  const Json* what = member(request, "query");
  const Json* prefetch = member(request, "prefetch");
  if (prefetch != nullptr) {
    parse_prefetch(query, *prefetch, level);
  }
  const Json* text = what == nullptr ? nullptr : text_of_query(*what);
  if (text != nullptr && text != what) {
    check_members(*what, {"nearest"});
  }
  const Json* vector_name = text == nullptr ? member(request, "using") : nullptr;
  // Only queries by vectors need a column. A name is looked up in any case, so that an unknown one
  // is refused.
  if (vector_name != nullptr ||
      (what != nullptr && text == nullptr && collection.vector_count > 0)) {
    bool has_unnamed = false;
    for (int i = 0; i < collection.vector_count; ++i) {
      has_unnamed = has_unnamed || *collection.vectors[i].name == '\0';
    }
    if (vector_name != nullptr || has_unnamed) {
      set_column(query, vector_name);
    }
  }
  if (const Json* lookup = member(request, "lookup_from"); lookup != nullptr) {
    set_lookup(query, *lookup);
  }
  if (what == nullptr) {
    if (query->prefetch_count > 0) {
      refuse(request, "\"prefetch\" needs a \"query\"");
    }
  } else if (text != nullptr) {
    query->ranking = parse_text(*query, *text, member(request, "using"));
  } else if (is_object(*what)) {
    query->ranking = parse_query_object(*query, *what);
  } else {
    query->ranking = parse_nearest(*query, *what);
  }
  if (ranks_by<Nearest, Recommend, Discover, Context, Feedback>(*query)) {
    require_column(*query);
  } else if (query->prefetch_count == 0 && ranks_by<Fusion, ByFormula>(*query)) {
    refuse(*what, ranks_by<ByFormula>(*query) ? "a formula needs \"prefetch\""
                                              : "a fusion needs \"prefetch\"");
  }
  if (query->prefetch_count == 0 && ranks_by<RandomOrder>(*query)) {
    query->offset = 0;  // points beyond the first ones are as random as those, but may be fewer
  }
  if (above == nullptr) {
    set_shown(query, request, VectorOutput::kJsonOrBinary);
  }
  return query;
}

}  // namespace

Query* parse_query(const Collection& collection, const Json& request, const GivenVectors& given) {
  return parse(collection, request, RequestPlace::kOuter, nullptr, given, 0);
}

Query* parse_group_query(const Collection& collection, const Json& request,
                         const GivenVectors& given) {
  return parse(collection, request, RequestPlace::kOfGroups, nullptr, given, 0);
}

Query* parse_search(const Collection& collection, const Json& request,
                    const GivenVectors& /*given*/) {
  check_members(request, {"vector", "using", "filter", "limit", "offset", "params",
                          "score_threshold", "with_payload", "with_vectors", "with_vector"});
  Query* query = new_request(collection, request, nullptr);
  const Json* using_name = member(request, "using");
  const Json* vector = &required(request, "vector");
  if (is_object(*vector) && member(*vector, "vector") != nullptr) {
    // Older clients name the vector here, {"name": …, "vector": …}.
    check_members(*vector, {"name", "vector"});
    if (using_name != nullptr) {
      refuse(*using_name, "the vector has a name of its own");
    }
    using_name = &required(*vector, "name");
    vector = &required(*vector, "vector");
  }
  set_column(query, using_name);
  if (!is_vector(*vector) && !is_string(*vector)) {
    refuse(*vector, "expected a vector");
  }
  query->ranking = Nearest{.target = new_example(example_by_vector(*query, *vector)), .mmr = {}};
  set_shown(query, request, VectorOutput::kJson);
  return query;
}

Query* parse_recommend(const Collection& collection, const Json& request,
                       const GivenVectors& /*given*/) {
  check_members(request,
                {"positive", "negative", "strategy", "using", "filter", "limit", "offset", "params",
                 "score_threshold", "lookup_from", "with_payload", "with_vectors", "with_vector"});
  Query* query = new_request(collection, request, nullptr);
  set_column(query, member(request, "using"));
  if (const Json* lookup = member(request, "lookup_from"); lookup != nullptr) {
    set_lookup(query, *lookup);
  }
  query->ranking = parse_recommend_members(*query, request);
  set_shown(query, request, VectorOutput::kJson);
  return query;
}

void set_lookup(Query* query, const Json& lookup) {
  check_members(lookup, {"collection", "vector"});
  const Collection* collection = other_collection(string_of(required(lookup, "collection")));
  const char* name = string_member(lookup, "vector");
  query->examples = {.collection = collection,
                     .column = &vector_of_name(*collection, name == nullptr ? "" : name)};
}

Example* parse_example(const Query& query, const Json& json) {
  return new_example(example_of(query, json));
}

Examples parse_examples(const Query& query, const Json* list) {
  if (list == nullptr) {
    return {};
  }
  constexpr int kMostExamples = 1000;
  const int count = element_count(*list);
  if (count > kMostExamples) {
    refuse(*list, psprintf("more than %d examples", kMostExamples));
  }
  Examples examples{palloc_array<Example>(count), count};
  for (int i = 0; i < count; ++i) {
    examples.at[i] = example_of(query, *element(*list, i));
  }
  return examples;
}

ExamplePairs parse_pairs(const Query& query, const Json& list) {
  constexpr int kMostPairs = 1000;
  const int count = list_count(list);
  if (count > kMostPairs) {
    refuse(list, psprintf("more than %d pairs", kMostPairs));
  }
  ExamplePairs pairs = new_pairs(static_cast<Size>(count));
  for (int i = 0; i < count; ++i) {
    const Json* pair = list_value(list, i);
    check_members(*pair, {"positive", "negative"});
    pairs.positive[i] = example_of(query, required(*pair, "positive"));
    pairs.negative[i] = example_of(query, required(*pair, "negative"));
  }
  pairs.count = count;
  return pairs;
}

RecommendStrategy parse_strategy(const Json& name) {
  const char* strategy = string_of(name);
  if (strcmp(strategy, "average_vector") == 0) {
    return RecommendStrategy::kAverageVector;
  }
  if (strcmp(strategy, "best_score") == 0) {
    return RecommendStrategy::kBestScore;
  }
  if (strcmp(strategy, "sum_scores") != 0) {
    refuse(name, "expected average_vector, best_score or sum_scores");
  }
  return RecommendStrategy::kSumScores;
}

void check_recommend(const Recommend& recommend, const Json& place) {
  if (recommend.strategy == RecommendStrategy::kAverageVector && recommend.positive.count == 0) {
    refuse(place, "average_vector needs a positive example");
  }
  if (recommend.positive.count + recommend.negative.count == 0) {
    refuse(place, "recommendation needs an example");
  }
}

}  // namespace vecext::pg
