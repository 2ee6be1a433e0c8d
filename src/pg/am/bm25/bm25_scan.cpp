// Searches of a bm25 index. One finds the k rows of the highest scores, or all that match if there
// are fewer: the others have score 0.
#include "pg/am/bm25/bm25_scan.h"

#include "pg/am/bm25/text_cache.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/bm25/text_search.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Scores of rows from the table. Few scans need them, so the statistics are read when one does.
struct LateScorer : ValueDistance {
  Relation index;
  const Bm25Query* query;  // null: matches nothing
  MemoryContext context;
  TextScorer* scorer;  // null: not prepared
};

double late_distance(const ValueDistance* self, Datum value) {
  auto* late = const_cast<LateScorer*>(static_cast<const LateScorer*>(self));
  if (late->scorer == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(late->context);
    auto* scorer = static_cast<TextScorer*>(palloc(sizeof(TextScorer)));
    prepare_scorer(late->index, late->query, scorer);
    late->scorer = scorer;
    MemoryContextSwitchTo(before);
  }
  return text_distance(*late->scorer, value);
}

struct TextScan {
  ParsedQuery parsed;
};

void read_query(OrderedScan* scan, Relation index, const ScanKeyData& key) {
  auto* scorer = static_cast<LateScorer*>(palloc0(sizeof(LateScorer)));
  scorer->of = late_distance;
  scorer->index = index;
  scorer->context = scan->context;
  if ((key.sk_flags & SK_ISNULL) == 0) {
    // A copy: the key's value is the executor's.
    scorer->query = reinterpret_cast<const Bm25Query*>(PG_DETOAST_DATUM_COPY(key.sk_argument));
  }
  scan->query.measure = scorer;
  scan->query.elements = nullptr;
}

CachedFile* start(OrderedScan* scan, Relation index) {
  const auto* scorer = static_cast<const LateScorer*>(scan->query.measure);
  CachedText* cached = cached_text(index);
  if (scorer->query != nullptr) {
    static_cast<TextScan*>(scan->method_state)->parsed = parse_query(index, *scorer->query);
  }
  scan->exact = true;
  return cached;
}

void search_index(OrderedScan* scan, Relation index, Candidates* found) {
  text::SearchCounts counts;
  search_texts({index, scan->table, scan->snapshot},
               static_cast<TextScan*>(scan->method_state)->parsed, scan->order.rows, scan->k, found,
               &counts);
  scan->work.steps += counts.windows;
  scan->work.pages += counts.pages + counts.blocks;
  scan->work.rows_scored += counts.postings + counts.probes;
}

void plan_next(OrderedScan* scan, bool full) {
  if (full) {
    search_for_more(scan);
    return;
  }
  scan->exhausted = true;
  scan->is_level = true;
}

void mark_rows(Relation index, RowMarks* marks) {
  each_text(index, marks, [](void* to, RowId row) { static_cast<RowMarks*>(to)->add(row); });
}

void find_matches(const MatchSource& source, const ScanKeyData& key, RowList* rows) {
  find_matching_texts(source, *bm25_query_of(key.sk_argument), rows);
}

}  // namespace

constexpr ScanMethod kTextScan{.step = ScanStep::kWindow,
                               .method_state_size = sizeof(TextScan),
                               .is_fastest = true,
                               .read_query = read_query,
                               .start = start,
                               .search = search_index,
                               .plan_next = plan_next,
                               .count_rows = count_texts,
                               .find_matches = find_matches,
                               .mark_rows = mark_rows};

}  // namespace vecext::pg
