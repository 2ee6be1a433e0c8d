// Queries as an index reads them, and the scores of values by its statistics: the same as its
// searches give.
#pragma once

#include "core/postings/search/postings_query.h"
#include "pg/am/bm25/bm25_query.h"
#include "pg/text/text_values.h"
#include "pg/text/tsquery_check.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct TextScorer {
  TextKind kind;  // of the index's values
  TextOptions options;
  postings::Query query;
  const TsqueryCheck* recheck;  // of values that the tree is true of; null: the tree says all
};

/// Reads a query by the configuration of an index, without statistics: for matches alone. Memory
/// comes from the current context; it may point into `query`.
TextScorer read_query_by(Relation index, const Bm25Query& query);

/// The same with the statistics of the index, or of all its partitions: the query is prepared.
TextScorer prepare_scorer(Relation index, const Bm25Query& query);

/// The mean number of words of an index's documents; of a partitioned one, of its first partition
/// that has documents. 0: not known.
double mean_words(Relation index);

/// The share of an index's documents, 0 to 1, that a query is true of, as far as its dictionary or
/// that of its partitions tells.
double estimate_share(Relation index, const Bm25Query& query);

/// The configuration and options by which an index reads texts and queries. A partitioned index
/// has its own; if that configuration does not exist any more, those of its first partition, or
/// InvalidOid if it has none. If the configuration of an index does not exist, raises an error, or
/// the options have InvalidOid if `missing_ok`.
TextOptions text_options_of(Relation index, bool missing_ok);

/// True if each value that the query is true of has a score.
bool scores_all_matches(const postings::Query& query);

/// The negative score of a value, or 0.
double text_distance(const TextScorer& scorer, TextKind kind, Datum value);

/// True if the query is true of the value, whatever the statistics.
bool text_matches(const TextScorer& scorer, TextKind kind, Datum value);

/// True if the recheck is true of the value, of which the tree is.
bool passes_recheck(const TextScorer& scorer, TextKind kind, Datum value);

}  // namespace vecext::pg
