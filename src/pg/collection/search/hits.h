// Points that a search found, with their scores.
#pragma once

#include <cmath>

#include "core/score/fused_rows.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"
#include "pg/sys/sort.h"

namespace vecext::pg {

struct Hit {
  Datum id;
  double score;   // NaN: none, as the cosine distance of a zero vector; last in every order
  Datum payload;  // jsonb; if has_payload
  Datum vectors;  // jsonb; if has_vectors
  bool has_payload;
  bool has_vectors;
};

/// Which scores are better; kAsListed: the order does not follow from scores.
enum class ScoreOrder : uint8 { kLargerFirst, kSmallerFirst, kAsListed };

/// Rows with their scores.
template <class Row>
struct RankedRows {
  GrowingArray<Row> list;
  ScoreOrder order;
};

using Hits = RankedRows<Hit>;

/// The score of a row at that distance, and which scores are better. Words have kDot: their
/// distance is the negative score.
double score_of_distance(CollectionDistance distance, double value);
ScoreOrder score_order(CollectionDistance distance);

/// Puts rows in the order of their scores, equal ones by compare_ties(a, b); those without a score
/// come last.
template <class Row, class Ties>
void sort_rows(RankedRows<Row>* rows, Ties compare_ties) {
  if (rows->order == ScoreOrder::kAsListed) {
    return;
  }
  const double sign = rows->order == ScoreOrder::kLargerFirst ? 1 : -1;
  interruptible_sort(rows->list.at, rows->list.count, [=](const Row& a, const Row& b) {
    return comes_before(sign * a.score, sign * b.score, [&] { return compare_ties(a, b); });
  });
}

/// Puts hits in the order of their scores, equal ones by id.
void sort_hits(Hits* hits, Oid id_type);

/// Keeps the hits that are better than the threshold; with `admits_equal` those at it, too.
void apply_threshold(Hits* hits, double threshold, bool admits_equal);

/// Refuses a sum of scores that is not finite.
void check_fused_score(double score);

/// Keeps `limit` hits from the place `offset`.
void cut(Hits* hits, int64 offset, int64 limit);

/// True if `id` is among `count` ids.
bool is_among(Oid type, Datum id, const Datum* ids, int count);

/// A copy of an id in the current memory context.
Datum copy_id(const Collection& collection, Datum id);

// --- Ties ----------------------------------------------------------------------------------------
//
// Which rows of equal scores a LIMIT keeps is up to the plan, and changes with the limit. So a
// search that puts rows of equal scores in the order of their ids reads one row more than it needs,
// and, if that row equals the last one, all rows that do: pages of a list neither repeat a row nor
// leave one out.

/// How the statement of a search ends.
enum class RowLimit : std::uint8_t {
  kOneMore,   // with one row more
  kWithTies,  // with all rows that equal the last one
};

/// The most rows that are read because they equal the last one. If there are more, the plan chooses
/// some.
constexpr int64 kMostTies = 1000;

inline void write_limit(StatementDraft* draft, RowLimit limit, int64 rows) {
  if (limit == RowLimit::kWithTies) {
    *draft << " FETCH FIRST " << static_cast<int>(rows) << " ROWS WITH TIES";
  } else {
    *draft << " LIMIT " << static_cast<int>(Min(rows, static_cast<int64>(PG_INT32_MAX) - 1) + 1);
  }
}

/// Lets read(RowLimit) add the best rows to the list, the best first; it has the first `rows` of
/// them then, or more where others equal the last one. The members of the list have a `score`; of
/// the row after `rows`, by kOneMore, nothing else counts.
template <class List, class Read>
void read_with_ties(List* list, int64 rows, Read read) {
  read(RowLimit::kOneMore);
  if (list->count <= rows) {
    return;
  }
  const double last = list->at[rows - 1].score;
  const double next = list->at[rows].score;
  if (last == next || (std::isnan(last) && std::isnan(next))) {
    list->count = 0;
    read(RowLimit::kWithTies);
  } else {
    list->count = rows;
  }
}

}  // namespace vecext::pg
