// Scores of values by the statistics of an index: the same as its searches give.
#pragma once

#include "core/text/search/query.h"
#include "core/token/query_tree.h"
#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/text_values.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A query with the words that it looks for.
struct ParsedQuery {
  TextQuery query;
  bool is_tree;       // a document needs more than one of the terms
  text::Term* terms;  // with duplicates
  uint32 count;
};

/// Reads a query by the configuration of an index, in the current memory context.
ParsedQuery parse_query(Relation index, const Bm25Query& query);

struct TextScorer {
  TextKind kind;  // of the index's values
  TextOptions options;
  ParsedQuery parsed;
  text::Query query;
};

/// Prepares for a query, null if the operator's argument is; reads the statistics of the index, or
/// of all partitions. Memory comes from the current context.
void prepare_scorer(Relation index, const Bm25Query* query, TextScorer* scorer);

/// The configuration and options by which an index reads texts.
TextOptions text_options_of(Relation index);

/// The negative score of a value, or 0.
double text_distance(const TextScorer& scorer, TextKind kind, Datum value);

/// True if the query is true of the value, whatever the statistics.
bool text_matches(const TextScorer& scorer, TextKind kind, Datum value);

}  // namespace vecext::pg
