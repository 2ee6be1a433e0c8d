#include "pg/collection/query/score_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/score/fused_rows.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/query_examples.h"
#include "pg/collection/query/similarity.h"
#include "pg/sys/list.h"
#include "pg/sys/sort.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_amop.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

/// All rows of a table with fewer rows than this are scored.
constexpr double kFewRows = 10000;

/// How many candidates are searched near each example for each point of the result.
constexpr int64 kOversampling = 10;

/// All rows are scored, too, if a table has fewer rows than this for each candidate.
constexpr double kRowsPerCandidate = 10;

/// Returns the plan that reads the ids and vectors of the source's rows.
SPIPlanPtr read_plan(const RowSource& source, const CollectionVector& column) {
  const Collection& collection = *source.collection;
  struct Shape {
    AttrNumber column;
    RowSource::Shape source;
  };
  const Shape shape{.column = column.column, .source = source.shape()};
  return kept_plan(statement_key(collection.relid, StatementKind::kRescore, shape),
                   [&](StatementDraft& draft) {
                     draft << "SELECT t.";
                     draft.column(collection.relid, collection.id) << ", t.";
                     draft.column(collection.relid, column.column) << " FROM ";
                     draft.table(collection.relid) << " AS t";
                     write_where(&draft, source);
                   });
}

/// Calls read(id, vector) for each row of the source in which the vector is not null.
template <class Read>
void read_rows(const RowSource& source, const CollectionVector& column, Read read) {
  const SPIPlanPtr plan = read_plan(source, column);
  const ParamListInfo parameters = new_parameters(condition_count(source));
  set_conditions(parameters, 1, source);
  auto read_row = [&](TupleTableSlot* row) {
    CHECK_FOR_INTERRUPTS();
    slot_getallattrs(row);
    if (!row->tts_isnull[1]) {
      read(id_of_row(*source.collection, row, 1), row->tts_values[1]);
    }
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &read_row);
}

/// Computes the score of a row from its similarities to all examples.
struct Scorer {
  const Query* query;
  ExampleLists examples;
  DistanceFunction distance;
  double* positive;
  double* negative;

  double score(Datum vector) {
    for (int i = 0; i < examples.positive.count; ++i) {
      positive[i] = similarity_of(&distance, vector, examples.positive.at[i].vector);
    }
    for (int i = 0; i < examples.negative.count; ++i) {
      negative[i] = similarity_of(&distance, vector, examples.negative.at[i].vector);
    }
    const std::span<const double> better{positive, static_cast<Size>(examples.positive.count)};
    const std::span<const double> worse{negative, static_cast<Size>(examples.negative.count)};
    if (const auto* recommend = ranking_as<Recommend>(*query)) {
      return recommend->strategy == RecommendStrategy::kBestScore ? best_score(better, worse)
                                                                  : sum_scores(better, worse);
    }
    if (ranks_by<Context>(*query)) {
      return context_score(better, worse);
    }
    const double target = similarity_of(&distance, vector, examples.target->vector);
    if (ranks_by<Discover>(*query)) {
      return discovery_score(target, better, worse);
    }
    if (const auto* feedback = ranking_as<Feedback>(*query)) {
      return feedback_score(target, better, worse, {feedback->differences, better.size()},
                            feedback->weights);
    }
    return target;
  }
};

Scorer new_scorer(const Query& query) {
  const ExampleLists examples = examples_of(query);
  return {.query = &query,
          .examples = examples,
          .distance = distance_function(*query.column),
          .positive = palloc_array<double>(examples.positive.count),
          .negative = palloc_array<double>(examples.negative.count)};
}

/// Keeps the best `room` hits of those that were added, as a heap with the worst hit on top.
struct BestHits {
  Hits hits;
  int64 room;
  const Collection* collection;
  MemoryContext context;

  void push(Datum id, double score) {
    const auto before = [this](const Hit& a, const Hit& b) {
      return comes_before(a.score, b.score,
                          [&] { return compare_ids(collection->id_type, a.id, b.id); });
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

Hits score_rows(const Query& query, const RowSource& source, int64 count) {
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
  sort_hits(&best.hits, source);
  return best.hits;
}

/// True if an index orders rows by the column's distance, and the table has enough rows for a
/// search of so many candidates to pay.
bool serves(const Collection& collection, const CollectionVector& column, int64 candidates) {
  if (column.is_multi) {
    return false;
  }
  const Relation table = relation_open(collection.relid, AccessShareLock);
  List* indexes = RelationGetIndexList(table);
  bool has_index = false;
  for (const Oid oid : oids_of(indexes)) {
    const Relation index = index_open(oid, AccessShareLock);
    has_index =
        has_index ||
        (index->rd_index->indkey.values[0] == column.column && index->rd_index->indisvalid &&
         SearchSysCacheExists3(AMOPOPID, ObjectIdGetDatum(column.distance_operator),
                               CharGetDatum(AMOP_ORDER), ObjectIdGetDatum(index->rd_opfamily[0])));
    index_close(index, AccessShareLock);
  }
  const double rows = table->rd_rel->reltuples;
  relation_close(table, AccessShareLock);
  return has_index && rows >= kFewRows &&
         rows >= kRowsPerCandidate * static_cast<double>(candidates);
}

/// Returns the vectors of the leading examples, near which the best points lie. There are none for
/// kinds of queries whose best points may be far from all examples.
GrowingArray<Datum> leading_examples(const Query& query) {
  GrowingArray<Datum> leading{};
  const auto* recommend = ranking_as<Recommend>(query);
  if (const auto* discover = ranking_as<Discover>(query)) {
    leading.push(discover->target->vector, CurrentMemoryContext);
  } else if (recommend != nullptr && recommend->strategy == RecommendStrategy::kBestScore) {
    for (int i = 0; i < recommend->positive.count; ++i) {
      leading.push(recommend->positive.at[i].vector, CurrentMemoryContext);
    }
  }
  return leading;
}

/// The points that searches for the leading examples have found.
struct Candidates {
  GrowingArray<Datum> ids;
  double most;  // no other point is more similar than this to a leading example
};

/// Returns an upper bound of the scores of all points but the candidates, whose similarity to each
/// leading example is at most `similarity`.
double best_of_others(const Query& query, double similarity) {
  const auto* discover = ranking_as<Discover>(query);
  return soft_step(similarity) + (discover == nullptr ? 0 : discover->pairs.count);
}

/// Converts the score of a search by the column's distance to a similarity.
double similarity_of_score(CollectionDistance distance, double score) {
  if (distance == CollectionDistance::kEuclid) {
    return -score * score;
  }
  return score_order(distance) == ScoreOrder::kSmallerFirst ? -score : score;
}

/// Finds `each` candidates for each leading example. Returns false if a search finds fewer with a
/// similarity: then nothing bounds the similarity of other points.
bool find_candidates(const Query& query, const GrowingArray<Datum>& leading, int64 each,
                     Candidates* found) {
  *found = {.ids = {}, .most = -std::numeric_limits<double>::infinity()};
  for (int64 i = 0; i < leading.count; ++i) {
    const Hits hits =
        search_rows({.source = query.source,
                     .value = searched_vector({.column = query.column, .index = InvalidOid}),
                     .query = leading.at[i],
                     .is_exact = false,
                     .limit = each,
                     .shown = nullptr});
    for (int64 hit = 0; hit < hits.list.count; ++hit) {
      found->ids.push(hits.list.at[hit].id, CurrentMemoryContext);
    }
    if (hits.list.count < each || std::isnan(hits.list.at[each - 1].score)) {
      return false;
    }
    found->most =
        Max(found->most, similarity_of_score(query.column->distance, hits.list.at[each - 1].score));
  }
  return true;
}

/// Finds the `count` best points among the candidates. Returns false if they are not proved to be
/// the best points of all, which they are if each of them scores more than any other point can.
bool score_candidates(const Query& query, const RowSource& source, int64 count, Hits* best) {
  const GrowingArray<Datum> leading = leading_examples(query);
  const int64 each = count * kOversampling;
  Candidates found;
  if (leading.count == 0 || !serves(*source.collection, *query.column, leading.count * each) ||
      !find_candidates(query, leading, each, &found)) {
    return false;
  }
  RowSource near = source;
  near.ids = id_array(source.collection->id_type, found.ids.at, found.ids.count);
  near.has_ids = true;
  near.has_filter = false;  // the candidates satisfy it
  *best = score_rows(query, near, count);
  return best->list.count == count &&
         best->list.at[count - 1].score > best_of_others(query, found.most);
}

}  // namespace

Hits nearest_multi_vectors(const Query& query, const RowSource& source, int64 count) {
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

PointVectors vectors_of_points(const RowSource& source, const CollectionVector& column) {
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
  PointVectors points{palloc_array<Datum>(rows.count), palloc_array<Datum>(rows.count), rows.count};
  for (int64 i = 0; i < rows.count; ++i) {
    points.ids[i] = rows.at[i].id;
    points.vectors[i] = rows.at[i].vectors;
  }
  return points;
}

Hits score_points(const Query& query, const RowSource& source, int64 count) {
  Hits best;
  if (!source.has_ids && !query.params.exact && score_candidates(query, source, count, &best)) {
    return best;
  }
  return score_rows(query, source, count);
}

}  // namespace vecext::pg
