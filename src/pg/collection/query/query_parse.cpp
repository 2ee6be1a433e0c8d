// Requests of query() as trees.
#include "pg/collection/search/filters.h"
#include "pg/collection/query/formula.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/query.h"
#include "pg/collection/search/query_vector.h"
#include "pg/registry/vector_type.h"

#include "core/condition/timestamp.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostLevels = 64;
constexpr int64 kMostRows = PG_INT32_MAX;

void add_filter(PointSource* source, const Json* filter, const Query* above) {
  if (filter != nullptr) {
    set_filter(source, *filter);
  }
  if (above == nullptr || !above->source.has_filter) {
    return;
  }
  source->filter = source->has_filter ? both_filters(above->source.filter, source->filter)
                                      : above->source.filter;
  source->has_filter = true;
}

/// What all requests have in common.
Query* new_query(const Collection& collection, const Json& request, const Query* above) {
  auto* query = static_cast<Query*>(palloc0(sizeof(Query)));
  query->source.collection = &collection;
  add_filter(&query->source, member(request, "filter"), above);
  query->limit = integer_member(request, "limit", 1, kMostRows, kDefaultLimit);
  if (const Json* threshold = member(request, "score_threshold"); threshold != nullptr) {
    query->threshold = number_of(*threshold);
    query->has_threshold = true;
  }
  query->params = search_params(member(request, "params"));
  query->offset = integer_member(request, "offset", 0, kMostRows - query->limit, 0);
  return query;
}

void set_column(Query* query, const Json* name) {
  query->column =
      &vector_of_name(*query->source.collection, name == nullptr ? "" : string_of(*name));
  query->example_collection = query->source.collection;
  query->example_column = query->column;
}

void set_shown(Query* query, const Json& request) {
  const Json* payload = member(request, "with_payload");
  const Json* vectors = member(request, "with_vectors");
  if (vectors == nullptr) {
    vectors = member(request, "with_vector");
  }
  // As the functions have it by default: the payload, no vectors.
  query->shown =
      read_selector(*query->source.collection,
                    DatumGetJsonbP(payload == nullptr ? jsonb_of_bool(true) : jsonb_of(*payload)),
                    vectors == nullptr ? nullptr : DatumGetJsonbP(jsonb_of(*vectors)));
}

void require_column(const Query& query) {
  if (query.column == nullptr) {
    vector_of_name(*query.source.collection, "");
  }
}

Example example_by_vector(const Query& query, const Json& json) {
  Example example{};
  example.json = &json;
  example.vector = vector_for_column(*query.column, json);
  return example;
}

/// Whether a text is the vector of a bit column. Where ids are texts it is an id, and so it may be
/// where they are UUIDs, which are also written without dashes.
bool is_bit_string(const Query& query, const Json& json) {
  constexpr std::size_t kUuidDigits = 32;
  const Oid id_type = query.example_collection->id_type;
  VectorKind kind;
  return is_string(json) && id_type != TEXTOID && vector_kind_of(query.column->type, &kind) &&
         kind == VectorKind::kBit &&
         text_of(json.value).find_first_not_of("01") == std::string_view::npos &&
         (id_type != UUIDOID || text_of(json.value).size() != kUuidDigits);
}

void parse_mmr(Query* query, const Json& json) {
  check_members(json, {"diversity", "candidates_limit"});
  constexpr double kDefaultDiversity = .5;
  const double diversity = number_member(json, "diversity", kDefaultDiversity);
  if (diversity < 0 || diversity > 1) {
    refuse(*member(json, "diversity"), "expected a number of 0 to 1");
  }
  query->mmr = static_cast<Mmr*>(palloc(sizeof(Mmr)));
  *query->mmr = {.lambda = 1 - diversity,
                 .candidates = integer_member(json, "candidates_limit", 1, kMostRows, 0)};
}

void parse_rrf(Query* query, const Json& json) {
  query->kind = QueryKind::kRrf;
  check_members(json, {"k", "weights"});
  query->rrf.k = static_cast<double>(integer_member(json, "k", 1, PG_INT32_MAX, 2));
  const Json* weights = member(json, "weights");
  if (weights == nullptr) {
    return;
  }
  const int count = element_count(*weights);
  if (count != query->prefetch_count) {
    refuse(*weights,
           psprintf("expected a weight for each prefetch, %d in all", query->prefetch_count));
  }
  query->rrf.weights = static_cast<double*>(palloc(sizeof(double) * static_cast<Size>(count)));
  for (int i = 0; i < count; ++i) {
    query->rrf.weights[i] = number_of(*element(*weights, i));
  }
}

void parse_fusion(Query* query, const Json& json) {
  const char* name = string_of(json);
  if (strcmp(name, "rrf") == 0) {
    query->kind = QueryKind::kRrf;
    query->rrf.k = 2;
  } else if (strcmp(name, "dbsf") == 0) {
    query->kind = QueryKind::kDbsf;
  } else {
    refuse(json, "expected rrf or dbsf");
  }
}

void parse_discover(Query* query, const Json& json) {
  query->kind = QueryKind::kDiscover;
  check_members(json, {"target", "context"});
  query->target = parse_example(*query, required(json, "target"));
  if (const Json* context = member(json, "context"); context != nullptr) {
    parse_pairs(query, *context);
  }
}

/// Two points of feedback make a pair where one got more than the other.
void pair_feedback(Query* query, const Examples& examples, const double* scores) {
  const auto pairs = static_cast<Size>(examples.count) * static_cast<Size>(examples.count);
  query->positive.at = static_cast<Example*>(palloc(sizeof(Example) * pairs));
  query->negative.at = static_cast<Example*>(palloc(sizeof(Example) * pairs));
  query->differences = static_cast<double*>(palloc(sizeof(double) * pairs));
  int count = 0;
  for (int i = 0; i < examples.count; ++i) {
    for (int j = 0; j < examples.count; ++j) {
      if (scores[i] > scores[j]) {
        query->positive.at[count] = examples.at[i];
        query->negative.at[count] = examples.at[j];
        query->differences[count++] = scores[i] - scores[j];
      }
    }
  }
  query->positive.count = query->negative.count = count;
}

void parse_feedback(Query* query, const Json& json) {
  query->kind = QueryKind::kFeedback;
  check_members(json, {"target", "feedback", "strategy"});
  query->target = parse_example(*query, required(json, "target"));
  const Json& strategy = required(json, "strategy");
  check_members(strategy, {"naive"});
  const Json& naive = required(strategy, "naive");
  check_members(naive, {"a", "b", "c"});
  query->weights = {.a = number_of(required(naive, "a")),
                    .b = number_of(required(naive, "b")),
                    .c = number_of(required(naive, "c"))};
  const Json& feedback = required(json, "feedback");
  constexpr int kMostFeedback = 100;
  const int count = element_count(feedback);
  if (count > kMostFeedback) {
    refuse(feedback, psprintf("more than %d points of feedback", kMostFeedback));
  }
  Examples examples{static_cast<Example*>(palloc(sizeof(Example) * static_cast<Size>(count + 1))),
                    count};
  auto* scores = static_cast<double*>(palloc(sizeof(double) * static_cast<Size>(count + 1)));
  for (int i = 0; i < count; ++i) {
    const Json* item = element(feedback, i);
    check_members(*item, {"example", "score"});
    examples.at[i] = parse_example(*query, required(*item, "example"));
    scores[i] = number_of(required(*item, "score"));
  }
  query->feedback = examples;
  pair_feedback(query, examples, scores);
}

void parse_recommend_members(Query* query, const Json& json) {
  query->kind = QueryKind::kRecommend;
  query->positive = parse_examples(*query, member(json, "positive"));
  query->negative = parse_examples(*query, member(json, "negative"));
  const Json* strategy = member(json, "strategy");
  query->strategy =
      strategy == nullptr ? RecommendStrategy::kAverageVector : parse_strategy(*strategy);
  check_recommend(*query, json);
}

void parse_nearest(Query* query, const Json& json) {
  query->kind = QueryKind::kNearest;
  query->target = parse_example(*query, json);
}

/// Whether the query is {"text": …}, or that as the nearest one.
const Json* text_of_query(const Json& json) {
  const Json* nearest = is_object(json) ? member(json, "nearest") : nullptr;
  const Json* text = nearest == nullptr ? &json : nearest;
  return is_object(*text) && member(*text, "text") != nullptr ? text : nullptr;
}

/// Words, as Qdrant has them for a model that the server runs: here BM25 alone.
void parse_text(Query* query, const Json& json, const Json* key) {
  check_members(json, {"text", "model"});
  query->kind = QueryKind::kText;
  query->words = CStringGetTextDatum(string_of(required(json, "text")));
  query->text_key = key == nullptr ? nullptr : string_of(*key);
  if (const Json* model = member(json, "model"); model != nullptr) {
    const char* name = string_of(*model);
    if (pg_strcasecmp(name, "bm25") != 0 && pg_strcasecmp(name, "qdrant/bm25") != 0) {
      refuse(*model, "expected bm25; make vectors of other models before");
    }
  }
}

/// The query of a request that is an object: one of its members says what it is.
void parse_query_object(Query* query, const Json& json) {
  check_members(json,
                {"nearest", "mmr", "recommend", "discover", "context", "order_by", "fusion", "rrf",
                 "formula", "defaults", "sample", "relevance_feedback", "indices", "values"});
  if (member(json, "indices") != nullptr || member(json, "values") != nullptr) {
    parse_nearest(query, json);  // a sparse vector
    return;
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
    parse_nearest(query, *nearest);
    if (mmr != nullptr) {
      parse_mmr(query, *mmr);
    }
  } else if (const Json* recommend = member(json, "recommend"); recommend != nullptr) {
    check_members(*recommend, {"positive", "negative", "strategy"});
    parse_recommend_members(query, *recommend);
  } else if (const Json* discover = member(json, "discover"); discover != nullptr) {
    parse_discover(query, *discover);
  } else if (const Json* context = member(json, "context"); context != nullptr) {
    query->kind = QueryKind::kContext;
    parse_pairs(query, *context);
  } else if (const Json* order_by = member(json, "order_by"); order_by != nullptr) {
    query->kind = QueryKind::kOrderBy;
    query->order_by = parse_point_order(*order_by);
  } else if (const Json* fusion = member(json, "fusion"); fusion != nullptr) {
    parse_fusion(query, *fusion);
  } else if (const Json* rrf = member(json, "rrf"); rrf != nullptr) {
    parse_rrf(query, *rrf);
  } else if (const Json* sample = member(json, "sample"); sample != nullptr) {
    if (strcmp(string_of(*sample), "random") != 0) {
      refuse(*sample, "expected random");
    }
    query->kind = QueryKind::kSample;
  } else if (const Json* feedback = member(json, "relevance_feedback"); feedback != nullptr) {
    parse_feedback(query, *feedback);
  } else if (formula != nullptr) {
    query->kind = QueryKind::kFormula;
    query->formula = parse_formula(*formula, defaults, query->prefetch_count);
  } else {
    refuse(json, "expected one kind of query");
  }
}

bool uses_vector(QueryKind kind) {
  switch (kind) {
    case QueryKind::kNearest:
    case QueryKind::kRecommend:
    case QueryKind::kDiscover:
    case QueryKind::kContext:
    case QueryKind::kFeedback:
      return true;
    default:
      return false;
  }
}

/// Where a request stands: its members depend on it.
enum class RequestPlace : uint8 { kOuter, kOfGroups, kPrefetch };

void check_members_at(RequestPlace where, const Json& request) {
  switch (where) {
    case RequestPlace::kOuter:
      check_members(request, {"prefetch", "query", "using", "filter", "limit", "offset", "params",
                              "score_threshold", "lookup_from", "with_payload", "with_vectors",
                              "with_vector"});
      break;
    case RequestPlace::kOfGroups:
      check_members(request,
                    {"prefetch", "query", "using", "filter", "limit", "params", "score_threshold",
                     "lookup_from", "with_payload", "group_by", "group_size", "with_lookup"});
      break;
    case RequestPlace::kPrefetch:
      check_members(request, {"prefetch", "query", "using", "filter", "limit", "params",
                              "score_threshold", "lookup_from"});
      break;
  }
}

Query* parse(const Collection& collection, const Json& request, RequestPlace where,
             const Query* above, int level);

void parse_prefetch(Query* query, const Json& list, int level) {
  query->prefetch_count = list_count(list);
  query->prefetch =
      static_cast<Query**>(palloc(sizeof(Query*) * static_cast<Size>(query->prefetch_count + 1)));
  for (int i = 0; i < query->prefetch_count; ++i) {
    query->prefetch[i] = parse(*query->source.collection, *list_value(list, i),
                               RequestPlace::kPrefetch, query, level + 1);
  }
}

Query* parse(const Collection& collection, const Json& request, RequestPlace where,
             const Query* above, int level) {
  check_stack_depth();
  if (level > kMostLevels) {
    refuse(request, psprintf("more than %d levels of prefetch", kMostLevels));
  }
  check_members_at(where, request);
  Query* query = new_query(collection, request, above);
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
  // Only queries by vectors need one; a request with a name that the collection lacks is refused.
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
    query->kind = QueryKind::kPoints;
    if (query->prefetch_count > 0) {
      refuse(request, "\"prefetch\" needs a \"query\"");
    }
  } else if (text != nullptr) {
    parse_text(query, *text, member(request, "using"));
  } else if (is_object(*what)) {
    parse_query_object(query, *what);
  } else {
    parse_nearest(query, *what);
  }
  if (uses_vector(query->kind)) {
    require_column(*query);
  } else if (query->prefetch_count == 0 &&
             (query->kind == QueryKind::kRrf || query->kind == QueryKind::kDbsf ||
              query->kind == QueryKind::kFormula)) {
    refuse(*what, query->kind == QueryKind::kFormula ? "a formula needs \"prefetch\""
                                                     : "a fusion needs \"prefetch\"");
  }
  if (above == nullptr) {
    set_shown(query, request);
  }
  return query;
}

}  // namespace

Query* parse_query(const Collection& collection, const Json& request) {
  return parse(collection, request, RequestPlace::kOuter, nullptr, 0);
}

Query* parse_group_query(const Collection& collection, const Json& request) {
  return parse(collection, request, RequestPlace::kOfGroups, nullptr, 0);
}

Query* parse_search(const Collection& collection, const Json& request) {
  check_members(request, {"vector", "using", "filter", "limit", "offset", "params",
                          "score_threshold", "with_payload", "with_vectors", "with_vector"});
  Query* query = new_query(collection, request, nullptr);
  set_column(query, member(request, "using"));
  const Json& vector = required(request, "vector");
  if (!is_vector(vector) && !is_string(vector)) {
    refuse(vector, "expected a vector");
  }
  query->kind = QueryKind::kNearest;
  query->target = example_by_vector(*query, vector);
  set_shown(query, request);
  return query;
}

Query* parse_recommend(const Collection& collection, const Json& request) {
  check_members(request,
                {"positive", "negative", "strategy", "using", "filter", "limit", "offset", "params",
                 "score_threshold", "lookup_from", "with_payload", "with_vectors", "with_vector"});
  Query* query = new_query(collection, request, nullptr);
  set_column(query, member(request, "using"));
  if (const Json* lookup = member(request, "lookup_from"); lookup != nullptr) {
    set_lookup(query, *lookup);
  }
  parse_recommend_members(query, request);
  set_shown(query, request);
  return query;
}

void set_lookup(Query* query, const Json& lookup) {
  check_members(lookup, {"collection", "vector"});
  query->example_collection = locked_collection_of_name(string_of(required(lookup, "collection")));
  const char* name = string_member(lookup, "vector");
  query->example_column = &vector_of_name(*query->example_collection, name == nullptr ? "" : name);
}

Example parse_example(const Query& query, const Json& json) {
  require_column(query);
  if (is_vector(json) || is_bit_string(query, json)) {
    return example_by_vector(query, json);
  }
  Example example{};
  example.json = &json;
  example.is_id = true;
  example.id = id_from_json(query.example_collection->id_type, json.value, json.place);
  return example;
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
  Examples examples{static_cast<Example*>(palloc(sizeof(Example) * static_cast<Size>(count + 1))),
                    count};
  for (int i = 0; i < count; ++i) {
    examples.at[i] = parse_example(query, *element(*list, i));
  }
  return examples;
}

void parse_pairs(Query* query, const Json& list) {
  constexpr int kMostPairs = 1000;
  const int count = list_count(list);
  if (count > kMostPairs) {
    refuse(list, psprintf("more than %d pairs", kMostPairs));
  }
  const Size bytes = sizeof(Example) * static_cast<Size>(count + 1);
  query->positive = {static_cast<Example*>(palloc(bytes)), count};
  query->negative = {static_cast<Example*>(palloc(bytes)), count};
  for (int i = 0; i < count; ++i) {
    const Json* pair = list_value(list, i);
    check_members(*pair, {"positive", "negative"});
    query->positive.at[i] = parse_example(*query, required(*pair, "positive"));
    query->negative.at[i] = parse_example(*query, required(*pair, "negative"));
  }
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

void check_recommend(const Query& query, const Json& place) {
  if (query.strategy == RecommendStrategy::kAverageVector && query.positive.count == 0) {
    refuse(place, "average_vector needs a positive example");
  }
  if (query.positive.count + query.negative.count == 0) {
    refuse(place, "recommendation needs an example");
  }
}

}  // namespace vecext::pg
