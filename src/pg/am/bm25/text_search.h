// Searches of a bm25 index: the best rows, and all that match.
#pragma once

#include "core/result/candidates.h"
#include "core/postings/search/query_list.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// Finds the k rows of those that the order allows with the highest scores by a prepared query, as
/// far as it is true of rows that score. `found` is reset.
void search_texts(const MatchSource& source, const TextScorer& scorer, const SearchRequest& order,
                  int32 k, Candidates* found, postings::SearchCounts* counts);

/// Adds all rows that the query is true of to the list.
void find_matching_texts(const MatchSource& source, const Bm25Query& query, RowList* rows);

}  // namespace vecext::pg
