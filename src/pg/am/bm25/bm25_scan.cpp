// Searches of a bm25 index. One finds the k rows of the highest scores, or all that match if there
// are fewer: the others have score 0.
#include "pg/am/bm25/bm25_scan.h"

#include "core/page/pending_text_page.h"
#include "core/text/search/search.h"
#include "core/text/segment/document_cursor.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/am/bm25/text_scorer.h"
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

void search_texts(OrderedScan* scan, Relation index, Candidates* found) {
  const ParsedQuery& parsed = static_cast<TextScan*>(scan->method_state)->parsed;
  text::SearchCounts counts;
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext text search", ALLOCSET_DEFAULT_SIZES);
  with_current(index, cached_text, [&](CachedText* cached) -> Status {
    counts = {};
    BufferStore store(index, &cached->buffers);
    const text::SearchRequest request{.terms = parsed.terms,
                                      .count = parsed.count,
                                      .k = scan->k,
                                      .filter = scan->order.rows,
                                      .prunes = bm25_pruning};
    if (!found->reset(scan->k)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    return search(store, cached->model, request, found, &counts);
  });
  MemoryContextDelete(context);
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

/// visit(RowId) for each row of the index, and of rows that VACUUM has not removed yet.
template <class Visit>
void each_text(Relation index, const Visit& visit) {
  with_current(index, cached_text, [&](CachedText* cached) -> Status {
    BufferStore store(index, &cached->buffers);
    const text::Model& model = cached->model;
    auto* pages = context_arena(CurrentMemoryContext).array<text::DocumentPages>(1);
    if (pages == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    for (uint32 i = 0; i < model.meta.segments; ++i) {
      text::DocumentCursor<BufferStore> at;
      Status status = at.begin(store, model.segments[i], pages);
      while (status.ok() && !at.is_end()) {
        if (at.is_living()) {
          visit(at.row());
        }
        status = at.next(store);
      }
      if (!status.ok()) {
        return status;
      }
    }
    for (const PendingList& list : model.meta.pending) {
      const Status status = read_chain(store, list.head, [&](PageId, const std::byte* page) {
        const Status sound = check_pending_text_page(page);
        if (sound.ok()) {
          for (PendingTexts at(page); at.next();) {
            if (at.head().row != kNoRow && (at.head().part & kFirstPartOfText) != 0) {
              visit(at.head().row);
            }
          }
        }
        return sound;
      });
      if (!status.ok()) {
        return status;
      }
    }
    return check_current(store, model);
  });
}

void mark_rows(Relation index, RowMarks* marks) {
  each_text(index, [&](RowId row) { marks->add(row); });
}

}  // namespace

int64 count_texts(Relation index) {
  const text::Model& model = cached_text(index)->model;
  int64 rows = 0;
  for (uint32 i = 0; i < model.meta.segments; ++i) {
    rows += model.segments[i].entry.living;
  }
  return rows;
}

constexpr ScanMethod kTextScan{.step = ScanStep::kWindow,
                               .method_state_size = sizeof(TextScan),
                               .is_fastest = true,
                               .read_query = read_query,
                               .start = start,
                               .search = search_texts,
                               .plan_next = plan_next,
                               .count_rows = count_texts,
                               .mark_rows = mark_rows};

}  // namespace vecext::pg
