#include "pg/am/bm25/text_search.h"

#include "core/page/pending_text_page.h"
#include "core/text/search/search.h"
#include "core/text/segment/document_cursor.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/row_values.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// A search for a tree of words is for so many times the rows at first, and for so many times more
/// each next time: the best rows by words have most of them.
constexpr int32 kMoreOfTree = 4;
constexpr int32 kMostFound = INT_MAX / 4;

/// Whether a query is true of a row's value, as a distance: 0 if it is.
struct TreeTest : ValueDistance {
  TextScorer scorer;
};

double test_tree(const ValueDistance* self, Datum value) {
  const TextScorer& scorer = static_cast<const TreeTest*>(self)->scorer;
  return text_matches(scorer, scorer.kind, value) ? 0 : 1;
}

/// Looks rows up, to see whether a query is true of them.
class TreeRows {
 public:
  TreeRows(const MatchSource& source, const ParsedQuery& parsed)
      : test_(make_test(source.index, parsed)),
        rows_(source.table, source.index, source.snapshot, RowValues{{}, 0, &test_}) {}

  bool matches(RowId row) {
    CHECK_FOR_INTERRUPTS();
    double distance;
    return rows_.look_up(row) && rows_.distance(nullptr, &distance) && distance == 0;
  }

  void close() {
    rows_.release();
    rows_.close();
  }

 private:
  static TreeTest make_test(Relation index, const ParsedQuery& parsed) {
    TreeTest test{};
    test.of = test_tree;
    test.scorer.kind = text_kind_of(index);
    test.scorer.options = text_options_of(index);
    test.scorer.parsed = parsed;
    return test;
  }

  TreeTest test_;
  HeapRows rows_;
};

/// The k rows that have any of the words and the highest scores.
void search_words(const MatchSource& source, const ParsedQuery& parsed, const RowFilter& rows,
                  int32 k, Candidates* found, text::SearchCounts* counts) {
  with_current(source.index, cached_text, [&](CachedText* cached) -> Status {
    BufferStore store(source.index, &cached->buffers);
    const text::SearchRequest request{.terms = parsed.terms,
                                      .count = parsed.count,
                                      .k = k,
                                      .filter = rows,
                                      .prunes = bm25_pruning};
    if (!found->reset(k)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    return search(store, cached->model, request, found, counts);
  });
}

/// Adds those of the candidates that the query is true of, up to k.
void keep_true(TreeRows* tree, const Candidate* candidates, int64 count, int32 k,
               Candidates* found) {
  int32 kept = 0;
  for (int64 i = 0; i < count && kept < k; ++i) {
    if (tree->matches(candidates[i].row)) {
      check_memory(found->add(candidates[i].bound, candidates[i].upper, candidates[i].row));
      ++kept;
    }
  }
}

template <class Visit>
void visit_texts(Relation index, const Visit& visit) {
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

}  // namespace

void each_text(Relation index, void* context, void (*visit)(void* context, RowId row)) {
  visit_texts(index, [&](RowId row) { visit(context, row); });
}

int64 count_texts(Relation index) {
  const text::Model& model = cached_text(index)->model;
  int64 rows = 0;
  for (uint32 i = 0; i < model.meta.segments; ++i) {
    rows += model.segments[i].entry.living;
  }
  for (const PendingList& list : model.meta.pending) {
    constexpr int64 kRowsOfPage = 16;  // of short texts, about
    rows += list.pages * kRowsOfPage;
  }
  return rows;
}

void search_texts(const MatchSource& source, const ParsedQuery& parsed, const RowFilter& rows,
                  int32 k, Candidates* found, text::SearchCounts* counts) {
  if (!parsed.is_tree) {
    search_words(source, parsed, rows, k, found, counts);
    return;
  }
  check_memory(found->reset(k));
  TreeRows tree(source, parsed);
  for (int32 wanted = k;;) {
    wanted = static_cast<int32>(Min(static_cast<int64>(wanted) * kMoreOfTree, kMostFound));
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vecext text search", ALLOCSET_DEFAULT_SIZES);
    Candidates any(context_arena(context));
    search_words(source, parsed, rows, wanted, &any, counts);
    int64 count;
    const Candidate* candidates = any.sorted(&count);
    check_memory(found->reset(k));
    keep_true(&tree, candidates, count, k, found);
    const bool is_done = found->full() || !any.full() || wanted == kMostFound;
    MemoryContextDelete(context);
    if (is_done) {
      break;
    }
  }
  tree.close();
}

void find_matching_texts(const MatchSource& source, const Bm25Query& query, RowList* rows) {
  const ParsedQuery parsed = parse_query(source.index, query);
  if (parsed.query.root == nullptr) {
    return;
  }
  if (!parsed.is_tree) {
    text::SearchCounts counts;
    for (int64 k = Max(count_texts(source.index), 1);; k *= 2) {
      Candidates found(context_arena(CurrentMemoryContext));
      search_words(source, parsed, {}, static_cast<int32>(Min(k, kMostFound)), &found, &counts);
      if (found.full() && k < kMostFound) {
        continue;
      }
      int64 count;
      const Candidate* candidates = found.sorted(&count);
      check_memory(
          rows->add(static_cast<Size>(count), [candidates](Size i) { return candidates[i].row; }));
      return;
    }
  }
  RowList all(context_arena(CurrentMemoryContext));
  visit_texts(source.index, [&](RowId row) { check_memory(all.add(row)); });
  check_memory(all.sort());
  TreeRows tree(source, parsed);
  for (Size i = 0; i < all.count(); ++i) {
    if (tree.matches(all.row(i))) {
      check_memory(rows->add(all.row(i)));
    }
  }
  tree.close();
}

}  // namespace vecext::pg
