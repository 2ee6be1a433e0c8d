#include "pg/collection/query/score_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pg/collection/common/point_id.h"
#include "pg/collection/common/query_vector.h"
#include "pg/sys/sort.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

/// Where a table has fewer rows, all are scored.
constexpr double kFewRows = 10000;

/// How many candidates each example brings for a result, and at least.
constexpr int64 kOversampling = 10;
constexpr int64 kLeastCandidates = 200;

/// Statements that read ids and vectors; with the parts of PointSource.
SPIPlanPtr read_plan(const PointSource& source, const CollectionVector& column) {
  const Collection& collection = *source.collection;
  const uint64 shape = static_cast<uint64>(static_cast<uint16>(column.column)) << 8 |
                       (source.has_filter ? 1U : 0U) | (source.has_ids ? 2U : 0U);
  return statement({.relid = collection.relid, .kind = StatementKind::kRescore, .shape = shape},
                   [&](StatementDraft& draft) {
                     draft << "SELECT t.";
                     draft.column(collection.relid, collection.id) << ", t.";
                     draft.column(collection.relid, column.column) << " FROM ";
                     draft.table(collection.relid) << " AS t";
                     write_conditions(&draft, source);
                   });
}

/// Calls take(id, vector) for each row of the source that has the vector.
template <class Take>
void read_rows(const PointSource& source, const CollectionVector& column, Take take) {
  const SPIPlanPtr plan = read_plan(source, column);
  ParamListInfo parameters = new_parameters(2);
  parameters->numParams = set_conditions(parameters, 1, source) - 1;
  auto take_row = [&](TupleTableSlot* row) {
    CHECK_FOR_INTERRUPTS();
    slot_getallattrs(row);
    if (!row->tts_isnull[1]) {
      take(id_of_row(*source.collection, row, 1), row->tts_values[1]);
    }
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &take_row);
}

/// Similarities of a row to all examples, and what they make.
struct Scorer {
  const Query* query;
  DistanceFunction distance;
  double* positive;
  double* negative;

  double score(Datum vector) {
    for (int i = 0; i < query->positive.count; ++i) {
      positive[i] = similarity_of(&distance, vector, query->positive.at[i].vector);
    }
    for (int i = 0; i < query->negative.count; ++i) {
      negative[i] = similarity_of(&distance, vector, query->negative.at[i].vector);
    }
    const std::span<const double> better{positive, static_cast<Size>(query->positive.count)};
    const std::span<const double> worse{negative, static_cast<Size>(query->negative.count)};
    switch (query->kind) {
      case QueryKind::kRecommend:
        return query->strategy == RecommendStrategy::kBestScore ? best_score(better, worse)
                                                                : sum_scores(better, worse);
      case QueryKind::kDiscover:
        return discovery_score(target(vector), better, worse);
      case QueryKind::kContext:
        return context_score(better, worse);
      case QueryKind::kNearest:
        return target(vector);
      default:
        return feedback_score(target(vector), better, worse, {query->differences, better.size()},
                              query->weights);
    }
  }

  double target(Datum vector) { return similarity_of(&distance, vector, query->target.vector); }
};

Scorer new_scorer(const Query& query) {
  return {.query = &query,
          .distance = distance_function(*query.column),
          .positive = static_cast<double*>(
              palloc(sizeof(double) * static_cast<Size>(query.positive.count + 1))),
          .negative = static_cast<double*>(
              palloc(sizeof(double) * static_cast<Size>(query.negative.count + 1)))};
}

/// Whether `a` comes before `b`: the larger score, those without one last, equal ones by id.
bool is_before(Oid id_type, const Hit& a, const Hit& b) {
  if (std::isnan(a.score) || std::isnan(b.score)) {
    if (std::isnan(a.score) != std::isnan(b.score)) {
      return std::isnan(b.score);
    }
  } else if (a.score != b.score) {
    return a.score > b.score;
  }
  return compare_ids(id_type, a.id, b.id) < 0;
}

/// The best `room` hits of those seen: a heap with the worst on top.
struct BestHits {
  Hits hits;
  int64 room;
  const Collection* collection;
  MemoryContext context;

  void push(Datum id, double score) {
    const auto before = [this](const Hit& a, const Hit& b) {
      return is_before(collection->id_type, a, b);
    };
    Hit hit{};
    hit.id = id;
    hit.score = score;
    GrowingArray<Hit>& list = hits.list;
    if (list.count == room) {
      if (!before(hit, list.at[0])) {
        return;
      }
      std::pop_heap(list.at, list.at + list.count, before);
      --list.count;
    }
    const MemoryContext outer = MemoryContextSwitchTo(context);
    hit.id = copy_id(*collection, id);
    MemoryContextSwitchTo(outer);
    list.push(hit, context);
    std::push_heap(list.at, list.at + list.count, before);
  }
};

Hits score_rows(const Query& query, const PointSource& source, int64 count) {
  const Oid id_type = source.collection->id_type;
  Scorer scorer = new_scorer(query);
  BestHits best{.hits = {.list = {}, .order = ScoreOrder::kLargerFirst},
                .room = count,
                .collection = source.collection,
                .context = CurrentMemoryContext};
  const MemoryContext of_row =
      AllocSetContextCreate(CurrentMemoryContext, "vecext row", ALLOCSET_DEFAULT_SIZES);
  read_rows(source, *query.column, [&](Datum id, Datum stored) {
    if (is_among(id_type, id, source.excluded, source.excluded_count)) {
      return;
    }
    const MemoryContext outer = MemoryContextSwitchTo(of_row);
    const Datum vector = PointerGetDatum(PG_DETOAST_DATUM_PACKED(stored));
    best.push(id, scorer.score(vector));
    MemoryContextSwitchTo(outer);
    MemoryContextReset(of_row);
  });
  MemoryContextDelete(of_row);
  sort_hits(&best.hits, id_type);
  return best.hits;
}

/// Whether an index orders rows by the column's distance.
bool has_order_index(const Collection& collection, const CollectionVector& column) {
  if (column.is_multi) {
    return false;
  }
  const Relation table = relation_open(collection.relid, AccessShareLock);
  List* indexes = RelationGetIndexList(table);
  bool has_index = false;
  const ListCell* cell;
  foreach (cell, indexes) {
    const Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    has_index = has_index ||
                (index->rd_index->indkey.values[0] == column.column &&
                 get_op_opfamily_strategy(column.distance_operator, index->rd_opfamily[0]) != 0 &&
                 index->rd_index->indisvalid);
    index_close(index, AccessShareLock);
  }
  const double rows = table->rd_rel->reltuples;
  relation_close(table, AccessShareLock);
  return has_index && rows >= kFewRows;
}

void add_candidates(const Query& query, Datum vector, int64 count, GrowingArray<Datum>* ids) {
  const NearestRequest request{.source = query.source,
                               .column = query.column,
                               .query = vector,
                               .limit = count,
                               .is_exact = false,
                               .shown = nullptr};
  const Hits hits = nearest(request);
  for (int64 i = 0; i < hits.list.count; ++i) {
    ids->push(hits.list.at[i].id, CurrentMemoryContext);
  }
}

/// Rows near the examples that the result should be near.
Datum candidates(const Query& query, int64 count) {
  const int64 each = Max(count * kOversampling, kLeastCandidates);
  GrowingArray<Datum> ids{};
  if (query.kind == QueryKind::kDiscover || query.kind == QueryKind::kFeedback) {
    add_candidates(query, query.target.vector, each, &ids);
  }
  for (int i = 0; i < query.positive.count; ++i) {
    add_candidates(query, query.positive.at[i].vector, each, &ids);
  }
  return id_array(*query.source.collection, ids.at, ids.count);
}

}  // namespace

DistanceFunction distance_function(const CollectionVector& column) {
  DistanceFunction distance{};
  fmgr_info(get_opcode(column.distance_operator), &distance.function);
  distance.distance = column.distance;
  distance.element = column.is_multi ? get_element_type(column.type) : InvalidOid;
  return distance;
}

namespace {

double similarity_of_one(DistanceFunction* distance, Datum a, Datum b) {
  const double value = DatumGetFloat8(FunctionCall2Coll(&distance->function, InvalidOid, a, b));
  if (distance->distance == CollectionDistance::kEuclid) {
    return -value * value;
  }
  return similarity_of_distance(distance->distance, value);
}

VectorSet vectors_of(Oid type, Datum array) {
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &is_by_value, &alignment);
  VectorSet vectors{};
  bool* nulls;
  deconstruct_array(DatumGetArrayTypeP(array), type, length, is_by_value, alignment, &vectors.at,
                    &nulls, &vectors.count);
  int count = 0;
  for (int i = 0; i < vectors.count; ++i) {
    if (!nulls[i]) {
      vectors.at[count++] = vectors.at[i];
    }
  }
  vectors.count = count;
  return vectors;
}

/// How near the nearest vector of a row is; NaN if the distances to all are none.
double best_similarity(DistanceFunction* distance, const VectorSet& row, Datum query) {
  double most = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < row.count; ++i) {
    most = std::fmax(most, similarity_of_one(distance, row.at[i], query));
  }
  return most;
}

double similarity_of_sets(DistanceFunction* distance, const VectorSet& row,
                          const VectorSet& queries) {
  if (row.count == 0 && queries.count > 0) {
    return -std::numeric_limits<double>::infinity();
  }
  double sum = 0;
  for (int i = 0; i < queries.count; ++i) {
    const double best = best_similarity(distance, row, queries.at[i]);
    // By the cosine, a vector of zeros has no direction and favors no row.
    sum += std::isnan(best) ? 0 : best;
  }
  return sum;
}

}  // namespace

double similarity_of(DistanceFunction* distance, Datum a, Datum b) {
  return OidIsValid(distance->element)
             ? similarity_of_sets(distance, vectors_of(distance->element, a),
                                  vectors_of(distance->element, b))
             : similarity_of_one(distance, a, b);
}

VectorSet vector_set(const DistanceFunction& distance, Datum value) {
  if (OidIsValid(distance.element)) {
    return vectors_of(distance.element, value);
  }
  auto* vector = static_cast<Datum*>(palloc(sizeof(Datum)));
  *vector = value;
  return {.at = vector, .count = 1};
}

double similarity_of(DistanceFunction* distance, const VectorSet& a, const VectorSet& b) {
  return OidIsValid(distance->element) ? similarity_of_sets(distance, a, b)
                                       : similarity_of_one(distance, a.at[0], b.at[0]);
}

Hits nearest_multi_vectors(const Query& query, const PointSource& source, int64 count) {
  Hits hits = score_rows(query, source, count);
  const CollectionDistance distance = query.column->distance;
  hits.order = score_order(distance);
  for (int64 i = 0; i < hits.list.count; ++i) {
    double& score = hits.list.at[i].score;
    if (distance == CollectionDistance::kEuclid) {
      score = std::sqrt(-score);
    } else if (hits.order == ScoreOrder::kSmallerFirst) {
      score = -score;
    }
  }
  return hits;
}

Datum id_array(const Collection& collection, const Datum* ids, int64 count) {
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(collection.id_type, &length, &is_by_value, &alignment);
  return PointerGetDatum(construct_array(const_cast<Datum*>(ids), static_cast<int>(count),
                                         collection.id_type, length, is_by_value, alignment));
}

PointVectors vectors_of_points(const PointSource& source, const CollectionVector& column) {
  GrowingArray<Hit> rows{};
  const MemoryContext context = CurrentMemoryContext;
  read_rows(source, column, [&](Datum id, Datum vector) {
    Hit hit{};
    hit.id = copy_id(*source.collection, id);
    hit.vectors = PointerGetDatum(PG_DETOAST_DATUM_COPY(vector));
    rows.push(hit, context);
  });
  const Oid id_type = source.collection->id_type;
  interruptible_sort(rows.at, rows.count, [=](const Hit& a, const Hit& b) {
    return compare_ids(id_type, a.id, b.id) < 0;
  });
  const Size bytes = sizeof(Datum) * static_cast<Size>(rows.count + 1);
  PointVectors points{static_cast<Datum*>(palloc(bytes)), static_cast<Datum*>(palloc(bytes)),
                      rows.count};
  for (int64 i = 0; i < rows.count; ++i) {
    points.ids[i] = rows.at[i].id;
    points.vectors[i] = rows.at[i].vectors;
  }
  return points;
}

Hits score_points(const Query& query, const PointSource& source, int64 count) {
  const bool has_near_examples = query.positive.count > 0 || query.kind == QueryKind::kDiscover ||
                                 query.kind == QueryKind::kFeedback;
  if (source.has_ids || query.params.exact || !has_near_examples ||
      !has_order_index(*source.collection, *query.column)) {
    return score_rows(query, source, count);
  }
  PointSource near = source;
  near.ids = candidates(query, count);
  near.has_ids = true;
  near.has_filter = false;  // the candidates satisfy it
  return score_rows(query, near, count);
}

}  // namespace vecext::pg
