// Measures of searches, which compare the ids that a search has found with the ids that it should
// have found.
#include "core/score/ranking_quality.h"

#include <algorithm>

#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

/// An id that should be found.
struct Wanted {
  uint32 hash;
  Datum id;
  double gain;
  bool is_found;
};

/// The ids that should be found, each once, and how to look one up. Ids are compared and hashed by
/// their type's default operator class, in the collation of the call.
struct WantedIds {
  TypeCacheEntry* type;
  Oid collation;
  GrowingArray<Wanted> list;  // sorted by hash

  uint32 hash_of(Datum id) const {
    return DatumGetUInt32(FunctionCall1Coll(&type->hash_proc_finfo, collation, id));
  }
  /// Returns the wanted id, or null if the id is not wanted.
  Wanted* find(Datum id) {
    const uint32 hash = hash_of(id);
    Wanted* end = list.at + list.count;
    Wanted* place = std::lower_bound(
        list.at, end, hash, [](const Wanted& wanted, uint32 key) { return wanted.hash < key; });
    for (; place != end && place->hash == hash; ++place) {
      CHECK_FOR_INTERRUPTS();
      if (DatumGetBool(FunctionCall2Coll(&type->eq_opr_finfo, collation, place->id, id))) {
        return place;
      }
    }
    return nullptr;
  }
};

/// Reads the ids that should be found. If an id is given twice, the first one counts. `gains` has a
/// gain for each id, or is null, and then all gains are 1.
WantedIds wanted_ids(FunctionCallInfo fcinfo, ArrayType* ids, const ArrayElements* gains) {
  WantedIds wanted{};
  wanted.collation = PG_GET_COLLATION();
  wanted.type =
      lookup_type_cache(ARR_ELEMTYPE(ids), TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);
  if (!OidIsValid(wanted.type->hash_proc_finfo.fn_oid) ||
      !OidIsValid(wanted.type->eq_opr_finfo.fn_oid)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
                    errmsg("could not identify a hash function for type %s",
                           format_type_be(ARR_ELEMTYPE(ids)))));
  }
  const ArrayElements values = elements_of(ids);
  if (gains != nullptr && gains->count != values.count) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("there are %d relevant ids, and %d gains", values.count, gains->count)));
  }
  for (int i = 0; i < values.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (values.is_null[i]) {
      continue;
    }
    const bool has_gain = gains != nullptr && !gains->is_null[i];
    const double gain = gains == nullptr ? 1 : has_gain ? DatumGetFloat8(gains->at[i]) : 0;
    if (!(gain >= 0) || std::isinf(gain)) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("a gain must be a finite number of at least 0")));
    }
    wanted.list.push(
        {.hash = wanted.hash_of(values.at[i]), .id = values.at[i], .gain = gain, .is_found = false},
        CurrentMemoryContext);
  }
  interruptible_stable_sort(wanted.list.at, wanted.list.count,
                            [](const Wanted& a, const Wanted& b) { return a.hash < b.hash; });
  int64 kept = 0;
  for (int64 i = 0; i < wanted.list.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Wanted one = wanted.list.at[i];
    WantedIds before = wanted;
    before.list.count = kept;
    if (before.find(one.id) == nullptr) {
      wanted.list.at[kept++] = one;
    }
  }
  wanted.list.count = kept;
  return wanted;
}

int32 rank_limit(FunctionCallInfo fcinfo, int n) {
  const int32 k = PG_GETARG_INT32(n);
  if (k < 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("k must be at least 1")));
  }
  return k;
}

/// Calls visit(rank, const Wanted&) for each wanted id among the first k ids that were found, at
/// its first rank. Ranks begin with 0.
template <class Visit>
void each_hit(FunctionCallInfo fcinfo, WantedIds* wanted, int32 k, Visit visit) {
  const ArrayElements found = elements_of(PG_GETARG_ARRAYTYPE_P(0));
  for (int rank = 0; rank < Min(k, found.count); ++rank) {
    CHECK_FOR_INTERRUPTS();
    Wanted* hit = found.is_null[rank] ? nullptr : wanted->find(found.at[rank]);
    if (hit != nullptr && !hit->is_found) {
      hit->is_found = true;
      visit(rank, *hit);
    }
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_recall_at_k)
{
  const int32 k = rank_limit(fcinfo, 2);
  WantedIds wanted = wanted_ids(fcinfo, PG_GETARG_ARRAYTYPE_P(1), nullptr);
  if (wanted.list.count == 0) {
    PG_RETURN_NULL();
  }
  int64 hits = 0;
  each_hit(fcinfo, &wanted, k, [&hits](int, const Wanted&) { ++hits; });
  PG_RETURN_FLOAT8(static_cast<double>(hits) / static_cast<double>(wanted.list.count));
}

VECEXT_FUNCTION(vecext_mrr)
{
  const int32 k = rank_limit(fcinfo, 2);
  WantedIds wanted = wanted_ids(fcinfo, PG_GETARG_ARRAYTYPE_P(1), nullptr);
  if (wanted.list.count == 0) {
    PG_RETURN_NULL();
  }
  double reciprocal = 0;
  each_hit(fcinfo, &wanted, k, [&reciprocal](int rank, const Wanted&) {
    reciprocal = reciprocal == 0 ? 1 / (rank + 1.0) : reciprocal;
  });
  PG_RETURN_FLOAT8(reciprocal);
}

VECEXT_FUNCTION(vecext_ndcg)
{
  const int32 k = rank_limit(fcinfo, 2);
  const ArrayElements gains = elements_of(PG_GETARG_ARRAYTYPE_P(3));
  WantedIds wanted =
      wanted_ids(fcinfo, PG_GETARG_ARRAYTYPE_P(1), gains.count == 0 ? nullptr : &gains);
  const auto most = static_cast<Size>(Min(int64{k}, wanted.list.count));
  auto* ideal = huge_array<double>(wanted.list.count + 1);
  std::transform(wanted.list.at, wanted.list.at + wanted.list.count, ideal,
                 [](const Wanted& one) { return one.gain; });
  interruptible_sort(ideal, wanted.list.count, [](double a, double b) { return a > b; });
  const double best = discounted_gain({ideal, most});
  if (best == 0) {
    PG_RETURN_NULL();
  }
  double sum = 0;
  each_hit(fcinfo, &wanted, k, [&sum](int rank, const Wanted& hit) {
    sum += discounted_gain(hit.gain, static_cast<Size>(rank));
  });
  PG_RETURN_FLOAT8(sum / best);
}

}  // namespace vecext::pg
