// Searches of a bm25 index. A search finds the k rows with the highest scores, or all rows that
// match if they are fewer. All other rows have score 0.
#include "pg/am/bm25/bm25.h"

#include "pg/am/bm25/statement_query.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/bm25/text_search.h"
#include "pg/am/postings/indexed_rows.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Computes scores of rows from the table. Few scans need it.
struct LateScorer : ValueDistance {
  StatementQuery* query;  // null if the query matches nothing
};

double late_distance(const ValueDistance* self, Datum value) {
  StatementQuery* query = static_cast<const LateScorer*>(self)->query;
  if (query == nullptr) {
    return 0;
  }
  const TextScorer& scorer = scorer_of(query);
  return text_distance(scorer, scorer.kind, value);
}

struct TextScan {
  const TextScorer* scorer;  // null if the query matches nothing
  QueryScan running;
};

StatementQuery* query_of(const OrderedScan& scan) {
  return static_cast<const LateScorer*>(scan.query.measure)->query;
}

/// Raises an error unless the scan's query, which names the index `named`, is for `index`. The
/// planner cannot check this unless the plan has the query as a constant.
void check_query_of(Oid named, Relation index) {
  if (!is_query_of(named, RelationGetRelid(index))) {
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("a bm25 query for another index is looked up in \"%s\"",
                    RelationGetRelationName(index)),
             errhint("Write vecext.bm25_query(words, 'index') beside the operator, not a parameter "
                     "for it.")));
  }
  if (!is_read_alike(named, RelationGetRelid(index))) {
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("index \"%s\" reads texts by another text_config or cjk than the index of the "
                    "query",
                    RelationGetRelationName(index)),
             errhint("Set these options as those of the other partitions, and rebuild the index "
                     "with REINDEX.")));
  }
}

void read_query(OrderedScan* scan, Relation index, const ScanKeyData& key) {
  auto* scorer = palloc0_object<LateScorer>();
  scorer->of = late_distance;
  if ((key.sk_flags & SK_ISNULL) == 0) {
    const Bm25Query* query = bm25_query_of(key.sk_argument);
    check_query_of(query->index, index);
    auto* holder = palloc0_object<QueryHolder>();
    scorer->query = hold_query(*query, holder, scan->context);
  }
  scan->query.measure = scorer;
  scan->query.elements = nullptr;
}

CachedFile* start(OrderedScan* scan, Relation index) {
  auto* state = static_cast<TextScan*>(scan->method_state);
  if (StatementQuery* query = query_of(*scan); query != nullptr) {
    state->scorer = &scorer_of(query);
    add_scan(query, *scan, &state->running);
  }
  scan->exact = true;
  return cached_postings(index);
}

void search_index(OrderedScan* scan, Relation index, Candidates* found) {
  const TextScorer* scorer = static_cast<TextScan*>(scan->method_state)->scorer;
  if (scorer == nullptr) {
    check_memory(found->reset(scan->k));
    return;
  }
  postings::SearchCounts counts;
  search_texts({index, scan->table, scan->snapshot}, *scorer, scan->order, scan->k, found, &counts);
  scan->work.steps += counts.windows;
  scan->work.pages += 1 + counts.pages + counts.blocks;  // one page more for the meta page
  scan->work.rows_scored += counts.postings + counts.probes;
}

SearchPlan plan_next(OrderedScan* scan, bool full) {
  if (full) {
    search_for_more(scan);
    return {.next = NextSearch::kForMore};
  }
  return {.next = NextSearch::kNone, .left = RowsLeft::kLevel};
}

bool search_returns_matches(const OrderedScan& scan) {
  StatementQuery* query = query_of(scan);
  return query == nullptr || scores_all_matches(scorer_of(query).query);
}

void list_matches(const MatchSource& source, const ScanKeyData& key, RowList* rows) {
  const Bm25Query* query = bm25_query_of(key.sk_argument);
  check_query_of(query->index, source.index);
  find_matching_texts(source, *query, rows);
}

}  // namespace

constexpr ScanMethod kTextScan{.step = ScanStep::kWindow,
                               .method_state_size = sizeof(TextScan),
                               .is_fastest = true,
                               .read_query = read_query,
                               .start = start,
                               .search = search_index,
                               .plan_next = plan_next,
                               .count_rows = count_indexed_rows,
                               .list_matches = list_matches,
                               .search_returns_matches = search_returns_matches,
                               .each_row = each_indexed_row};

}  // namespace vecext::pg
