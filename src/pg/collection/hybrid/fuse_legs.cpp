// The lists of several legs as one.
#include "core/score/fusion.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/hybrid/hybrid.h"
#include "pg/sys/sort.h"

extern "C" {
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

/// A place in the list of a leg.
struct Place {
  const LegRow* row;
  int32 leg;
  int32 rank;
  double score;  // what it adds
};

int compare_rows(const LegRow& a, const LegRow& b) {
  if (a.table != b.table) {
    return a.table < b.table ? -1 : 1;
  }
  return ItemPointerCompare(const_cast<ItemPointer>(&a.row), const_cast<ItemPointer>(&b.row));
}

/// The least score that a leg can have; false: there is none.
bool least_score(const Leg& leg, double* least) {
  if (leg.is_text) {
    *least = 0;
    return true;
  }
  *least = -1;  // of the cosine, and of a Jaccard distance, which is negated
  return leg.distance == CollectionDistance::kCosine ||
         leg.distance == CollectionDistance::kJaccard;
}

/// Sets what each row of a leg adds to the scores of the result.
void weigh(const HybridSearch& search, const Leg& leg, const LegRows& rows, double* scores) {
  const std::span<double> all{scores, static_cast<Size>(rows.count)};
  for (int64 i = 0; i < rows.count; ++i) {
    scores[i] = search.method == FusionMethod::kRrf ? reciprocal_rank(i + 1, search.k, leg.weight)
                                                    : rows.at[i].score;
  }
  double least;
  switch (search.method) {
    case FusionMethod::kRrf:
      return;
    case FusionMethod::kDbsf:
      normalize_by_distribution(all);
      break;
    case FusionMethod::kWeighted:
      if (least_score(leg, &least)) {
        normalize_from(least, all);
        break;
      }
      [[fallthrough]];
    case FusionMethod::kRelative:
      normalize_by_range(all);
      break;
  }
  for (double& score : all) {
    score *= leg.weight;
  }
}

/// The better score first; of equal ones the order of keys, of rows without keys that of places.
struct RowOrder {
  FmgrInfo* compare;  // null: keys have no order
  Oid collation;

  bool operator()(double a_score, const LegRow& a, double b_score, const LegRow& b) const {
    if (a_score != b_score) {
      return a_score > b_score;
    }
    if (compare != nullptr && a.has_key && b.has_key) {
      const int32 order = DatumGetInt32(FunctionCall2Coll(compare, collation, a.key, b.key));
      if (order != 0) {
        return order < 0;
      }
    }
    return compare_rows(a, b) < 0;
  }
};

RowOrder row_order(const SearchedTable& table) {
  if (!OidIsValid(table.key_type)) {
    return {.compare = nullptr, .collation = InvalidOid};
  }
  TypeCacheEntry* type = lookup_type_cache(table.key_type, TYPECACHE_CMP_PROC_FINFO);
  return {.compare = OidIsValid(type->cmp_proc_finfo.fn_oid) ? &type->cmp_proc_finfo : nullptr,
          .collation = table.key_collation};
}

}  // namespace

GrowingArray<FusedRow> fuse_legs(const HybridSearch& search, LegRows* rows) {
  const RowOrder order = row_order(search.table);
  GrowingArray<Place> places{};
  const auto legs = static_cast<int32>(search.legs.count);
  for (int32 leg = 0; leg < legs; ++leg) {
    LegRows& list = rows[leg];
    interruptible_sort(list.at, list.count, [&](const LegRow& a, const LegRow& b) {
      return order(finite_score(a.score), a, finite_score(b.score), b);
    });
    list.count = Min(list.count, search.window);
    auto* scores = static_cast<double*>(palloc(sizeof(double) * static_cast<Size>(list.count + 1)));
    weigh(search, search.legs.at[leg], list, scores);
    for (int64 i = 0; i < list.count; ++i) {
      places.push(
          {.row = &list.at[i], .leg = leg, .rank = static_cast<int32>(i + 1), .score = scores[i]},
          CurrentMemoryContext);
    }
  }
  interruptible_sort(places.at, places.count, [](const Place& a, const Place& b) {
    const int which = compare_rows(*a.row, *b.row);
    return which != 0 ? which < 0 : a.leg < b.leg;
  });
  GrowingArray<FusedRow> fused{};
  for (int64 i = 0; i < places.count;) {
    auto* ranks = static_cast<int32*>(palloc0(sizeof(int32) * static_cast<Size>(legs)));
    auto* scores = static_cast<double*>(palloc0(sizeof(double) * static_cast<Size>(legs)));
    FusedRow row{.row = places.at[i].row, .score = 0, .ranks = ranks, .scores = scores};
    do {
      const Place& place = places.at[i++];
      row.score += place.score;
      ranks[place.leg] = place.rank;
      scores[place.leg] = place.row->score;
    } while (i < places.count && compare_rows(*places.at[i].row, *row.row) == 0);
    check_fused_score(row.score);
    fused.push(row, CurrentMemoryContext);
  }
  interruptible_sort(fused.at, fused.count, [&](const FusedRow& a, const FusedRow& b) {
    return order(a.score, *a.row, b.score, *b.row);
  });
  return fused;
}

}  // namespace vecext::pg
