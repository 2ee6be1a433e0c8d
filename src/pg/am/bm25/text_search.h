// Searches of a bm25 index for the best rows, and for all rows that match.
#pragma once

#include "core/result/candidates.h"
#include "core/postings/search/query_list.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// Finds the k rows with the highest scores by a prepared query, among the rows that `order` allows
/// and for which the query is true. Rows without a score are not found. `found` is reset first.
void search_texts(const MatchSource& source, const TextScorer& scorer, const SearchRequest& order,
                  int32 k, Candidates* found, postings::SearchCounts* counts);

/// Adds to the list all rows for which the query is true.
void find_matching_texts(const MatchSource& source, const Bm25Query& query, RowList* rows);

}  // namespace vecext::pg
