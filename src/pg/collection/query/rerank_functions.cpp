// Functions that rerank hits of any source: vecext.rrf(), vecext.mmr() and vecext.rerank_formula().
#include <cmath>
#include <limits>

#include "core/score/fusion.h"
#include "core/score/mmr.h"
#include "core/value/distance.h"
#include "pg/collection/common/request_value.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/query/formula.h"
#include "pg/condition/filter.h"
#include "pg/sys/sort.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

struct Values {
  Oid type;
  int16 size;
  bool by_value;
  char alignment;
  Datum* at;
  bool* is_null;
  int count;
};

Values values_of(ArrayType* array) {
  Values values{};
  values.type = ARR_ELEMTYPE(array);
  get_typlenbyvalalign(values.type, &values.size, &values.by_value, &values.alignment);
  deconstruct_array(array, values.type, values.size, values.by_value, values.alignment, &values.at,
                    &values.is_null, &values.count);
  return values;
}

void check_count(int ids, int count, const char* name) {
  if (count != ids) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("there are %d ids, and %d %s", ids, count, name)));
  }
}

VectorView vector_of(Datum value) {
  VectorView view;
  check(view_varlena(plain_varlena(value), &view));
  return view;
}

/// Returns the cosine of two vectors, or 0 if one of them has no direction.
double cosine(VectorView a, VectorView b) {
  const double similarity = 1 - cosine_distance(a, b);
  return std::isnan(similarity) ? 0 : similarity;
}

/// The vectors of the hits, all with the dimensions of the query.
struct Candidates {
  VectorView* at;
  int count;
};

Candidates candidates_of(VectorView query, const Values& vectors) {
  Candidates candidates{.at = palloc_array<VectorView>(vectors.count), .count = vectors.count};
  for (int i = 0; i < vectors.count; ++i) {
    if (vectors.is_null[i]) {
      ereport(ERROR,
              (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a vector must not be null")));
    }
    candidates.at[i] = vector_of(vectors.at[i]);
    check(check_same_dim("vector", query.dim, candidates.at[i].dim));
  }
  return candidates;
}

/// The scores that a formula reads, as one list, or as several lists that are the rows of an array.
struct ScoreLists {
  Values values;
  int lists;
};

ScoreLists score_lists(ArrayType* array, int ids) {
  ScoreLists scores{.values = values_of(array), .lists = 1};
  if (ARR_NDIM(array) > 2) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("scores must have one or two dimensions")));
  }
  if (ARR_NDIM(array) == 2) {
    scores.lists = ARR_DIMS(array)[0];
  }
  check_count(ids, scores.values.count / scores.lists, "scores");
  return scores;
}

/// The conditions of a formula as filters.
struct Conditions {
  Filter* filters;
  int count;
  MemoryContext scratch;
};

Conditions conditions_of(const Formula& formula) {
  Conditions conditions{.filters = palloc0_array<Filter>(formula.conditions.count),
                        .count = static_cast<int>(formula.conditions.count),
                        .scratch = AllocSetContextCreate(CurrentMemoryContext, "vecext formula",
                                                         ALLOCSET_DEFAULT_SIZES)};
  for (int i = 0; i < conditions.count; ++i) {
    conditions.filters[i] = parse_filter(formula.conditions.at[i], JSONBOID, FilterDialect::kQdrant,
                                         CurrentMemoryContext);
    check_payload_decides(conditions.filters[i]);
  }
  return conditions;
}

bool holds(const Conditions& conditions, int i, const Jsonb* payload) {
  const ServerFacts facts(conditions.filters[i], conditions.scratch);
  return satisfies(conditions.filters[i], root_value(payload), facts);
}

struct Reranked {
  int place;  // index among the ids
  double score;
};

/// Returns the value of a formula for each id, the largest first. Equal values stay in the order of
/// the ids.
GrowingArray<Reranked> rerank(const Formula& formula, const ScoreLists& scores,
                              const Values& payloads, int ids) {
  const Conditions conditions = conditions_of(formula);
  auto* truths = palloc0_array<bool>(conditions.count);
  auto* of_hit = palloc_array<double>(scores.lists);
  const Datum nothing = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
  GrowingArray<Reranked> hits{};
  for (int i = 0; i < ids; ++i) {
    CHECK_FOR_INTERRUPTS();
    for (int list = 0; list < scores.lists; ++list) {
      const int place = list * ids + i;
      of_hit[list] = scores.values.is_null[place] ? std::numeric_limits<double>::quiet_NaN()
                                                  : DatumGetFloat8(scores.values.at[place]);
    }
    const bool has_payload = payloads.count > 0 && !payloads.is_null[i];
    const Jsonb* payload = DatumGetJsonbP(has_payload ? payloads.at[i] : nothing);
    for (int j = 0; j < conditions.count; ++j) {
      truths[j] = holds(conditions, j, payload);
    }
    const FormulaPoint point{.scores = of_hit, .payload = payload, .conditions = truths};
    hits.push({.place = i, .score = evaluate_formula(formula, point)}, CurrentMemoryContext);
  }
  interruptible_stable_sort(hits.at, hits.count,
                            [](const Reranked& a, const Reranked& b) { return a.score > b.score; });
  return hits;
}

}  // namespace

VECEXT_FUNCTION(vecext_mmr)
{
  const VectorView query = vector_of(PG_GETARG_DATUM(0));
  const Values ids = values_of(PG_GETARG_ARRAYTYPE_P(1));
  const Candidates candidates = candidates_of(query, values_of(PG_GETARG_ARRAYTYPE_P(2)));
  check_count(ids.count, candidates.count, "vectors");
  const double lambda = PG_GETARG_FLOAT8(3);
  if (!(lambda >= 0 && lambda <= 1)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("lambda must be from 0 to 1")));
  }
  const auto count = static_cast<Size>(ids.count);
  const auto picks = static_cast<Size>(Min(count_argument(fcinfo, 4, "k", 1, 10), ids.count));
  auto* relevance = palloc_array<double>(count);
  auto* nearest = palloc_array<double>(count);
  auto* chosen = palloc_array<int32>(picks);
  for (Size i = 0; i < count; ++i) {
    relevance[i] = cosine(query, candidates.at[i]);
  }
  choose_by_marginal_relevance({relevance, count}, lambda, {nearest, count}, {chosen, picks},
                               [&candidates](Size i, Size j) {
                                 CHECK_FOR_INTERRUPTS();
                                 return cosine(candidates.at[i], candidates.at[j]);
                               });
  auto* result = palloc_array<Datum>(picks);
  auto* is_null = palloc_array<bool>(picks);
  for (Size i = 0; i < picks; ++i) {
    result[i] = ids.at[chosen[i]];
    is_null[i] = ids.is_null[chosen[i]];
  }
  int dims[] = {static_cast<int>(picks)};
  int first[] = {1};
  return PointerGetDatum(construct_md_array(result, is_null, picks == 0 ? 0 : 1, dims, first,
                                            ids.type, ids.size, ids.by_value, ids.alignment));
}

VECEXT_FUNCTION(vecext_rerank_formula)
{
  const Json* json = request_of(PG_GETARG_DATUM(0), "formula");
  const Values ids = values_of(PG_GETARG_ARRAYTYPE_P(1));
  const ScoreLists scores = score_lists(PG_GETARG_ARRAYTYPE_P(2), ids.count);
  const Values payloads = values_of(PG_GETARG_ARRAYTYPE_P(3));
  if (payloads.count > 0) {
    check_count(ids.count, payloads.count, "payloads");
  }
  const Json* defaults = request_of(PG_GETARG_DATUM(4), "defaults");
  const int32 limit = count_argument(fcinfo, 5, "limit_", 1, 10);
  const Formula* formula = parse_formula(*json, defaults, scores.lists);
  const GrowingArray<Reranked> hits = rerank(*formula, scores, payloads, ids.count);
  const ResultRows rows = new_result_rows(fcinfo);
  for (int64 i = 0; i < Min(int64{limit}, hits.count); ++i) {
    add_result_row<2>(rows, [&](Datum* values, bool* is_null) {
      values[0] = ids.at[hits.at[i].place];
      is_null[0] = ids.is_null[hits.at[i].place];
      values[1] = Float8GetDatum(hits.at[i].score);
      is_null[1] = false;
    });
  }
  return Datum{};
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
