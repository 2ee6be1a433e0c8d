// vecext.hybrid_search() makes one list of several searches of any table, which are called legs. It
// runs a query whose prefetches are the legs.
#include <algorithm>
#include <cmath>

#include "core/score/fusion.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/query/query.h"
#include "pg/collection/query/query_run.h"
#include "pg/collection/query/query_strict.h"
#include "pg/collection/common/column_vector.h"
#include "pg/collection/source/text_index.h"
#include "pg/collection/source/vector_column.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

// Arguments of the function.
enum Argument : int {
  kRelation,
  kText,
  kVector,
  kSparse,
  kLegs,
  kFilter,
  kMethod,
  kLimit,
  kWindow,
  kConstant,
  kAlpha,
  kWeights,
  kTextColumn,
  kVectorColumn,
  kSparseColumn,
  kOffset,
  kParams,
};

constexpr int32 kDefaultWindow = 100;
constexpr double kDefaultAlpha = .5;
constexpr int64 kMostLegs = 64;
constexpr int64 kMostRowsOfLeg = 10000;

/// A search for the rows nearest to a vector, or for the best rows by words.
struct Leg {
  Query* query;
  double weight;
};

struct HybridSearch {
  Query* query;  // the fusion
  GrowingArray<Leg> legs;
  int64 window;                // number of rows that each leg finds
  double vector_share;         // the factor of the weights of legs by vectors; 0 if there is none
  int leg_of_list[kMostLegs];  // the leg of each prefetch; legs with weight 0 have no prefetch
};

enum class FusionMethod : uint8 {
  kRrf,       // reciprocal rank fusion
  kRelative,  // relative to the least and the greatest score of the leg
  kDbsf,      // distribution-based score fusion
  kWeighted,  // relative to the least possible score and the greatest one of the leg
};

FusionMethod method_argument(FunctionCallInfo fcinfo) {
  const std::string_view name =
      PG_ARGISNULL(kMethod) ? std::string_view{"relative"} : text_argument(fcinfo, kMethod);
  if (name == "rrf") {
    return FusionMethod::kRrf;
  }
  if (name == "relative") {
    return FusionMethod::kRelative;
  }
  if (name == "dbsf") {
    return FusionMethod::kDbsf;
  }
  if (name != "weighted") {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("unknown method \"%s\"", pnstrdup(name.data(), name.size())),
                    errhint("Methods are relative, rrf, dbsf and weighted.")));
  }
  return FusionMethod::kWeighted;
}

/// Returns an argument, or `otherwise` if it is null. Raises an ERROR if it is not within least ..
/// most.
double number_argument(FunctionCallInfo fcinfo, int n, const char* name, double least, double most,
                       double otherwise) {
  if (PG_ARGISNULL(n)) {
    return otherwise;
  }
  const double value = PG_GETARG_FLOAT8(n);
  if (!(value >= least && value <= most)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must be at least %g and at most %g", name, least, most)));
  }
  return value;
}

const char* name_argument(FunctionCallInfo fcinfo, int n) {
  return PG_ARGISNULL(n) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

// --- Legs ----------------------------------------------------------------------------------------

/// Adds a leg that searches the same rows as the whole query.
void add_leg(HybridSearch* search, const CollectionVector* column, const Ranking& ranking,
             double weight) {
  Query* leg = new_query();
  leg->source = search->query->source;
  leg->column = column;
  leg->ranking = ranking;
  leg->params = search->query->params;
  leg->limit = search->window;
  search->legs.push({.query = leg, .weight = weight}, CurrentMemoryContext);
}

void add_text_leg(HybridSearch* search, const char* name, Datum words, double weight) {
  add_leg(search, nullptr,
          BestByWords{.words = words, .index = text_index_of(search->query->source, name)}, weight);
}

/// Adds a leg by a vector, which is of the type of the searched vectors.
void add_vector_leg(HybridSearch* search, const SearchedVector& searched, Datum vector,
                    double weight) {
  Nearest nearest = nearest_to(vector);
  nearest.index = searched.index;
  add_leg(search, searched.column, nearest, weight);
}

/// Adds the leg that {"text" or "vector", "using", "weight"} describes.
void add_leg_of_list(HybridSearch* search, const Json& json) {
  check_members(json, {"text", "vector", "using", "weight"});
  const Json* text = member(json, "text");
  const Json* vector = member(json, "vector");
  if ((text == nullptr) == (vector == nullptr)) {
    refuse(json, "expected \"text\" or \"vector\"");
  }
  const char* name = string_member(json, "using");
  const double weight = number_member(json, "weight", 1);
  if (weight < 0) {
    refuse(*member(json, "weight"), "expected a number of at least 0");
  }
  if (text != nullptr) {
    return add_text_leg(search, name, CStringGetTextDatum(string_of(*text)), weight);
  }
  const SearchedVector searched = vector_of_source(
      search->query->source, name, is_object(*vector) ? VectorQuery::kSparse : VectorQuery::kDense);
  add_vector_leg(search, searched, vector_for_column(*searched.column, *vector), weight);
}

void read_legs(FunctionCallInfo fcinfo, HybridSearch* search) {
  const RowSource& source = search->query->source;
  if (!PG_ARGISNULL(kText)) {
    add_text_leg(search, name_argument(fcinfo, kTextColumn), PG_GETARG_DATUM(kText), 1);
  }
  if (!PG_ARGISNULL(kVector)) {
    const SearchedVector searched =
        vector_of_source(source, name_argument(fcinfo, kVectorColumn), VectorQuery::kDense);
    add_vector_leg(search, searched, vector_for_column(*searched.column, PG_GETARG_DATUM(kVector)),
                   1);
  }
  if (!PG_ARGISNULL(kSparse)) {
    add_vector_leg(search, sparse_vector_of_source(source, name_argument(fcinfo, kSparseColumn)),
                   PG_GETARG_DATUM(kSparse), 1);
  }
  if (!PG_ARGISNULL(kLegs)) {
    const Json& list = *request_of(PG_GETARG_DATUM(kLegs), "legs");
    for (int i = 0, count = list_count(list); i < count; ++i) {
      add_leg_of_list(search, *list_value(list, i));
    }
  }
  if (search->legs.count == 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("a hybrid search needs text, vector, sparse or legs")));
  }
  if (search->legs.count > kMostLegs) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("a hybrid search has at most " INT64_FORMAT " legs", kMostLegs)));
  }
}

bool is_text(const Leg& leg) {
  return ranks_by<BestByWords>(*leg.query);
}

// --- Fusion --------------------------------------------------------------------------------------

void set_weights(HybridSearch* search, ArrayType* array) {
  Datum* values;
  bool* nulls;
  int count;
  deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values,
                    &nulls, &count);
  if (count != search->legs.count) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("there are %d weights for " INT64_FORMAT " legs", count, search->legs.count),
             errdetail("Legs are text, vector, sparse, then those of legs.")));
  }
  for (int i = 0; i < count; ++i) {
    const double weight = nulls[i] ? NAN : DatumGetFloat8(values[i]);
    if (!(weight >= 0) || std::isinf(weight)) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("weights must be finite numbers of at least 0")));
    }
    search->legs.at[i].weight = weight;
  }
}

/// Multiplies the weights of legs by vectors by `alpha`, and those of legs by words by 1 - alpha.
/// Has no effect if all legs are of one kind.
void set_shares(HybridSearch* search, double alpha) {
  int64 texts = 0;
  for (int64 i = 0; i < search->legs.count; ++i) {
    texts += is_text(search->legs.at[i]) ? 1 : 0;
  }
  if (texts == 0 || texts == search->legs.count) {
    return;
  }
  search->vector_share = alpha;
  for (int64 i = 0; i < search->legs.count; ++i) {
    Leg& leg = search->legs.at[i];
    leg.weight *= is_text(leg) ? 1 - alpha : alpha;
  }
}

void read_weights(FunctionCallInfo fcinfo, FusionMethod method, HybridSearch* search) {
  if (!PG_ARGISNULL(kWeights)) {
    if (!PG_ARGISNULL(kAlpha)) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("alpha and weights exclude each other")));
    }
    set_weights(search, PG_GETARG_ARRAYTYPE_P(kWeights));
    return;
  }
  const bool has_share = method == FusionMethod::kRelative || method == FusionMethod::kWeighted;
  const double alpha = number_argument(fcinfo, kAlpha, "alpha", 0, 1, kDefaultAlpha);
  if (has_share || !PG_ARGISNULL(kAlpha)) {
    set_shares(search, alpha);
  }
}

/// Returns what rows of a leg add if scores are weighted. It is the place of the score above the
/// least score that is possible or, if the scores have no lower bound, within the range of the
/// leg's scores.
ScoreTerm weighted_term(const Leg& leg) {
  if (is_text(leg)) {
    return PlaceAboveLeast{0};
  }
  // The least score is -1 for the cosine, and also for Jaccard distances, which are negated.
  const CollectionDistance distance = leg.query->column->distance;
  const bool has_least =
      distance == CollectionDistance::kCosine || distance == CollectionDistance::kJaccard;
  return has_least ? ScoreTerm{PlaceAboveLeast{-1}} : PlaceInRange{};
}

ScoreTerm term_of(const Leg& leg, FusionMethod method, double k) {
  switch (method) {
    case FusionMethod::kRrf: {
      ReciprocalRank rank = kReciprocalRank;
      rank.k = k;
      return rank;
    }
    case FusionMethod::kRelative:
      return PlaceInRange{};
    case FusionMethod::kDbsf:
      return PlaceInDistribution{};
    case FusionMethod::kWeighted:
      return weighted_term(leg);
  }
  pg_unreachable();
}

/// Makes the legs whose weight is not 0 the prefetches of the fusion.
void set_prefetches(HybridSearch* search, FusionMethod method, double k) {
  const auto most = static_cast<Size>(search->legs.count);
  Query* query = search->query;
  query->prefetch = palloc_array<Query*>(most);
  auto* contributions = palloc_array<Contribution>(most);
  for (int64 i = 0; i < search->legs.count; ++i) {
    const Leg& leg = search->legs.at[i];
    if (leg.weight > 0) {
      const int list = query->prefetch_count++;
      query->prefetch[list] = leg.query;
      contributions[list] = {.term = term_of(leg, method, k), .weight = leg.weight};
      search->leg_of_list[list] = static_cast<int>(i);
    }
  }
  query->ranking = Fusion{.prefetches = contributions, .vector_share = search->vector_share};
}

// --- The search ----------------------------------------------------------------------------------

void read_limits(FunctionCallInfo fcinfo, HybridSearch* search) {
  Query* query = search->query;
  query->limit = count_argument(fcinfo, kLimit, "limit_", 1, kDefaultLimit);
  query->offset = count_argument(fcinfo, kOffset, "offset_", 0, 0);
  search->window = count_argument(fcinfo, kWindow, "window_", 1, kDefaultWindow);
  if (search->window > kMostRowsOfLeg) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("window_ must be at most " INT64_FORMAT, kMostRowsOfLeg)));
  }
  // A later page needs more rows of each leg.
  search->window = Max(search->window, query->limit + query->offset);
  if (search->window > kMostRowsOfLeg) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("limit_ and offset_ together must be at most " INT64_FORMAT, kMostRowsOfLeg)));
  }
}

HybridSearch read_search(FunctionCallInfo fcinfo) {
  HybridSearch search{};
  Query* query = search.query = new_query();
  refuse_null(fcinfo, kRelation, "relation");
  query->source = rows_of_table(PG_GETARG_OID(kRelation));
  const Collection none{};
  const Collection& collection =
      query->source.collection == nullptr ? none : *query->source.collection;
  begin_call(collection);
  announce_call(collection, CallKind::kQuery);
  const FusionMethod method = method_argument(fcinfo);
  read_limits(fcinfo, &search);
  const double k = number_argument(fcinfo, kConstant, "k", 0, 1e6, kReciprocalRank.k);
  query->params = search_params(
      PG_ARGISNULL(kParams) ? nullptr : request_of(PG_GETARG_DATUM(kParams), "params"));
  if (!PG_ARGISNULL(kFilter)) {
    set_filter(query, *request_of(PG_GETARG_DATUM(kFilter), "filter"));
  }
  read_legs(fcinfo, &search);
  read_weights(fcinfo, method, &search);
  set_prefetches(&search, method, k);
  check_strict(*query);
  return search;
}

// --- Result rows ---------------------------------------------------------------------------------

Datum key_as_text(Oid type, Datum key) {
  Oid function;
  bool is_varlena;
  getTypeOutputInfo(type, &function, &is_varlena);
  return CStringGetTextDatum(OidOutputFunctionCall(function, key));
}

Datum array_of_legs(const Datum* values, const bool* nulls, int64 count, Oid type) {
  int dims[] = {static_cast<int>(count)};
  int lower[] = {1};
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &is_by_value, &alignment);
  return PointerGetDatum(construct_md_array(const_cast<Datum*>(values), const_cast<bool*>(nulls), 1,
                                            dims, lower, type, length, is_by_value, alignment));
}

void add_row(const ResultRows& rows, const HybridSearch& search, const Hit& hit) {
  constexpr int kColumns = 5;
  add_result_row<kColumns>(rows, [&](Datum* values, bool* nulls) {
    Datum ranks[kMostLegs];
    Datum scores[kMostLegs];
    bool is_absent[kMostLegs];
    const int64 legs = search.legs.count;
    std::fill_n(is_absent, legs, true);
    for (const ListedRow<Hit>& listed : hit.listed) {
      const int leg = search.leg_of_list[listed.list];
      is_absent[leg] = false;
      ranks[leg] = Int32GetDatum(listed.rank + 1);
      scores[leg] = Float8GetDatum(listed.row->score);
    }
    std::fill_n(nulls, kColumns, false);
    nulls[0] = !hit.has_key;
    values[0] = nulls[0] ? Datum{} : key_as_text(search.query->source.key->type, hit.id);
    values[1] = Float8GetDatum(hit.score);
    values[2] = array_of_legs(ranks, is_absent, legs, INT4OID);
    values[3] = array_of_legs(scores, is_absent, legs, FLOAT8OID);
    values[4] = PointerGetDatum(palloc_object<ItemPointerData>(hit.place));
  });
}

}  // namespace

VECEXT_FUNCTION(vecext_hybrid_search)
{
  const ResultRows rows = new_result_rows(fcinfo);
  const HybridSearch search = read_search(fcinfo);
  const Hits hits = with_statements([&] { return run_query(search.query); });
  for (int64 i = 0; i < hits.list.count; ++i) {
    add_row(rows, search, hits.list.at[i]);
  }
  return Datum{0};
}

}  // namespace vecext::pg
