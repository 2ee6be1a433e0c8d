// Queries as an index reads them, and the scores of values by the index's statistics. They are the
// same scores that the index's searches give.
#pragma once

#include "core/postings/search/postings_query.h"
#include "pg/am/bm25/bm25_query.h"
#include "pg/text/text_values.h"
#include "pg/text/tsquery_check.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct TextScorer {
  TextKind kind;  // the kind of the index's values
  TextOptions options;
  postings::Query query;
  const TsqueryCheck* recheck;  // rechecks values for which the tree is true; null if the tree
                                // decides
};

/// Reads a query by the configuration of an index, without statistics, which suffices for matches.
/// Memory comes from the current context; the result may point into `query`.
TextScorer read_query_by(Relation index, const Bm25Query& query);

/// Reads a query in the same way, and prepares it with the statistics of the index, or of all its
/// partitions.
TextScorer prepare_scorer(Relation index, const Bm25Query& query);

/// Returns the mean number of words of an index's documents, or 0 if it is not known. For a
/// partitioned index, returns the mean number of the first partition that has documents.
double mean_words(Relation index);

/// Returns the share of an index's documents, 0 to 1, for which a query is true, as far as the
/// dictionary of the index, or the dictionaries of its partitions, can tell.
double estimate_share(Relation index, const Bm25Query& query);

/// Returns the configuration and options by which an index reads texts and queries. If the
/// configuration of an index does not exist any more, raises an error or, if `missing_ok` is true,
/// returns InvalidOid as the configuration. A partitioned index has options of its own. If their
/// configuration does not exist, returns the options of the index's first partition, or InvalidOid
/// as the configuration if there is no partition.
TextOptions text_options_of(Relation index, bool missing_ok);

/// True if each value for which the query is true has a score.
bool scores_all_matches(const postings::Query& query);

/// Returns the negative score of a value, or 0 if the value has no score.
double text_distance(const TextScorer& scorer, TextKind kind, Datum value);

/// True if the query is true for the value, whatever the statistics are.
bool text_matches(const TextScorer& scorer, TextKind kind, Datum value);

/// True if the recheck is true for the value. The query's tree must be known to be true for the
/// value.
bool passes_recheck(const TextScorer& scorer, TextKind kind, Datum value);

}  // namespace vecext::pg
