// vecext.hybrid_search(): several searches of a table as one list; and vecext.rrf(), for those who
// write it in SQL.
#include <algorithm>
#include <cmath>

#include "core/score/fusion.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/strict/strict.h"
#include "pg/collection/hybrid/hybrid.h"

extern "C" {
#include "access/relation.h"
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

constexpr int32 kDefaultLimit = 10;
constexpr int32 kDefaultWindow = 100;
constexpr double kDefaultAlpha = .5;
constexpr int64 kMostLegs = 64;

enum class FusionMethod : uint8 {
  kRrf,       // reciprocal rank fusion
  kRelative,  // scores between the least and the greatest of the leg
  kDbsf,      // distribution-based score fusion
  kWeighted,  // scores between the least that there can be and the greatest of the leg
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

/// A number within bounds; null: `otherwise`.
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

void read_legs(FunctionCallInfo fcinfo, Relation relation, HybridSearch* search) {
  if (!PG_ARGISNULL(kText)) {
    add_text_leg(relation, search->table, search->filter, name_argument(fcinfo, kTextColumn),
                 PG_GETARG_DATUM(kText), &search->legs);
  }
  if (!PG_ARGISNULL(kVector)) {
    add_vector_leg(relation, search->table, name_argument(fcinfo, kVectorColumn),
                   PG_GETARG_DATUM(kVector), &search->legs);
  }
  if (!PG_ARGISNULL(kSparse)) {
    add_sparse_leg(relation, search->table, name_argument(fcinfo, kSparseColumn),
                   PG_GETARG_DATUM(kSparse), &search->legs);
  }
  if (!PG_ARGISNULL(kLegs)) {
    add_legs(relation, search->table, search->filter, *request_of(PG_GETARG_DATUM(kLegs), "legs"),
             &search->legs);
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
    search->legs.at[i].contribution.weight = weight;
  }
}

/// The share of vectors, the rest being that of texts. It has no effect on legs of one kind.
void set_shares(HybridSearch* search, double alpha) {
  int64 texts = 0;
  for (int64 i = 0; i < search->legs.count; ++i) {
    texts += search->legs.at[i].text_index ? 1 : 0;
  }
  if (texts == 0 || texts == search->legs.count) {
    return;
  }
  search->alpha = alpha;
  for (int64 i = 0; i < search->legs.count; ++i) {
    search->legs.at[i].contribution.weight *= search->legs.at[i].text_index ? 1 - alpha : alpha;
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

/// What rows of a leg add where scores are weighted: their places above the least score that there
/// can be, if there is one.
ScoreTerm weighted_term(const Leg& leg) {
  if (leg.text_index) {
    return PlaceAboveLeast{0};
  }
  // The least cosine is -1, and so is that of Jaccard distances, which are negated.
  const bool has_least = leg.value.distance == CollectionDistance::kCosine ||
                         leg.value.distance == CollectionDistance::kJaccard;
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

HybridSearch read_search(FunctionCallInfo fcinfo) {
  HybridSearch search{};
  refuse_null(fcinfo, kRelation, "relation");
  const Relation relation = open_searched_table(PG_GETARG_OID(kRelation), &search.table);
  const Collection none{};
  const Collection& collection =
      search.table.collection == nullptr ? none : *search.table.collection;
  begin_call(collection);
  const FusionMethod method = method_argument(fcinfo);
  search.limit = count_argument(fcinfo, kLimit, "limit_", 1, kDefaultLimit);
  search.offset = count_argument(fcinfo, kOffset, "offset_", 0, 0);
  search.window = count_argument(fcinfo, kWindow, "window_", 1, kDefaultWindow);
  if (search.window > kMostRowsOfLeg) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("window_ must be at most " INT64_FORMAT, kMostRowsOfLeg)));
  }
  // A page further on needs more rows of each leg.
  search.window = Max(search.window, search.limit + search.offset);
  if (search.window > kMostRowsOfLeg) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("limit_ and offset_ together must be at most " INT64_FORMAT, kMostRowsOfLeg)));
  }
  const double k = number_argument(fcinfo, kConstant, "k", 0, 1e6, kReciprocalRank.k);
  search.params = search_params(
      PG_ARGISNULL(kParams) ? nullptr : request_of(PG_GETARG_DATUM(kParams), "params"));
  if (!PG_ARGISNULL(kFilter)) {
    search.filter =
        read_table_filter(search.table, *request_of(PG_GETARG_DATUM(kFilter), "filter"));
  }
  read_legs(fcinfo, relation, &search);
  for (int64 i = 0; i < search.legs.count; ++i) {
    search.legs.at[i].contribution.term = term_of(search.legs.at[i], method, k);
  }
  read_weights(fcinfo, method, &search);
  relation_close(relation, NoLock);
  if (collection.strict.is_on) {
    check_query_limit(collection, Max(search.limit, search.window));
  }
  apply_limits(collection, search.params);
  return search;
}

Datum id_of(const HybridSearch& search, const LegRow& row) {
  Oid function;
  bool is_varlena;
  getTypeOutputInfo(search.table.key_type, &function, &is_varlena);
  return CStringGetTextDatum(OidOutputFunctionCall(function, row.key));
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

void add_row(const ResultRows& rows, const HybridSearch& search, const FusedRow<LegRow>& fused) {
  constexpr int kColumns = 5;
  add_result_row<kColumns>(rows, [&](Datum* values, bool* nulls) {
    Datum ranks[kMostLegs];
    Datum scores[kMostLegs];
    bool is_absent[kMostLegs];
    const int64 legs = search.legs.count;
    std::fill_n(is_absent, legs, true);
    for (const ListedRow<LegRow>& listed : fused.listed) {
      is_absent[listed.list] = false;
      ranks[listed.list] = Int32GetDatum(listed.rank + 1);
      scores[listed.list] = Float8GetDatum(listed.row->score);
    }
    const LegRow& row = fused.row();
    std::fill_n(nulls, kColumns, false);
    nulls[0] = !row.has_key;
    values[0] = nulls[0] ? Datum{} : id_of(search, row);
    values[1] = Float8GetDatum(fused.score);
    values[2] = array_of_legs(ranks, is_absent, legs, INT4OID);
    values[3] = array_of_legs(scores, is_absent, legs, FLOAT8OID);
    auto* place = static_cast<ItemPointer>(palloc(sizeof(ItemPointerData)));
    *place = row.row;
    values[4] = PointerGetDatum(place);
  });
}

}  // namespace

VECEXT_FUNCTION(vecext_hybrid_search)
{
  const ResultRows rows = new_result_rows(fcinfo);
  HybridSearch search = read_search(fcinfo);
  const auto fused = run_legs(&search);
  for (const FusedRow<LegRow>& row :
       fused.subspan(Min(fused.size(), static_cast<Size>(search.offset)))) {
    add_row(rows, search, row);
  }
  return Datum{0};
}

VECEXT_FUNCTION(vecext_rrf)
{
  if (PG_ARGISNULL(0)) {
    PG_RETURN_FLOAT8(0);
  }
  const int64 rank = PG_GETARG_INT64(0);
  ReciprocalRank constants = kReciprocalRank;
  constants.k = PG_ARGISNULL(1) ? constants.k : PG_GETARG_FLOAT8(1);
  const double weight = PG_ARGISNULL(2) ? 1 : PG_GETARG_FLOAT8(2);
  if (rank < 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("ranks begin at 1, not at " INT64_FORMAT, rank)));
  }
  if (!(constants.k >= 0) || std::isinf(constants.k) || !std::isfinite(weight)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("k must be a finite number of at least 0, and weight a finite one")));
  }
  PG_RETURN_FLOAT8(reciprocal_rank(constants, rank - 1, weight));
}

}  // namespace vecext::pg
