// A row is appended to one of the lists of pending documents. When a list is long, its inserter
// makes a segment of it, and merges small segments.
#include "pg/am/bm25/bm25_insert.h"

#include "core/text/update/flush.h"
#include "core/text/update/insert.h"
#include "core/text/update/merge.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/am/bm25/text_maintenance.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/bm25/text_values.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// State that the inserts of a statement into one index share.
struct TextInsert {
  MemoryContext row_context;
  TextKind kind;
  TextOptions options;
};

TextInsert* text_insert(Relation index, IndexInfo* info) {
  if (info->ii_AmCache == nullptr) {
    auto* insert =
        static_cast<TextInsert*>(MemoryContextAlloc(info->ii_Context, sizeof(TextInsert)));
    *insert = {AllocSetContextCreate(info->ii_Context, "vecext insert", ALLOCSET_DEFAULT_SIZES),
               text_kind_of(index),
               {}};
    if (insert->kind != TextKind::kVector) {
      insert->options = text_options_of(index);
    }
    info->ii_AmCache = insert;
  }
  return static_cast<TextInsert*>(info->ii_AmCache);
}

/// The document in the current memory context; lexemes stay where they are.
text::NewText make_document(RowId row, const DocumentTerms& terms) {
  const auto count = static_cast<Size>(terms.count);
  auto* list =
      static_cast<text::Term*>(palloc_extended((count + 1) * sizeof(text::Term), MCXT_ALLOC_HUGE));
  auto* frequencies =
      static_cast<uint32*>(palloc_extended((count + 1) * sizeof(uint32), MCXT_ALLOC_HUGE));
  for (Size i = 0; i < count; ++i) {
    const DocumentTerm& term = terms.at[i];
    list[i] = {term.lexeme.data(), static_cast<uint32>(term.lexeme.size())};
    frequencies[i] = term.count;
  }
  return {.row = row,
          .length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX))),
          .terms = list,
          .frequencies = frequencies,
          .count = static_cast<uint32>(count)};
}

/// Inserts a document, and returns the pages of its list if some were added, else 0.
uint32 insert_document(Relation index, const text::NewText& document) {
  BufferStore store(index, nullptr);
  uint32 pages;
  Status status;
  // Backends use several lists, so that few wait for each other.
  const auto number = static_cast<int32>(MyProcPid % kPendingLists);
  do {
    CHECK_FOR_INTERRUPTS();
    status = insert_text(store, number, document, context_arena(CurrentMemoryContext), &pages);
  } while (status.code == StatusCode::kStale);
  check_index(index, status);
  return pages;
}

}  // namespace

void insert_terms(Relation index, RowId row, const DocumentTerms& terms) {
  const text::NewText document = make_document(row, terms);
  // Nothing leads to the pages of a wide document before the last one is written: they must not be
  // taken for unused ones.
  const bool is_locked = is_wide(document);
  if (is_locked) {
    lock_changes(index);
  }
  const uint32 pages = insert_document(index, document);
  if (is_locked) {
    unlock_changes(index);
  }
  if (pages >= kPagesOfFullList) {
    flush_full_lists(index);
  }
}

bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation,
                 IndexUniqueCheck, bool, IndexInfo* info) {
  if (isnull[0]) {
    return false;
  }
  const TextInsert* insert = text_insert(index, info);
  const MemoryContext before = MemoryContextSwitchTo(insert->row_context);
  insert_terms(index, row_id(*tid), terms_of_value(insert->kind, insert->options, values[0]));
  MemoryContextSwitchTo(before);
  MemoryContextReset(insert->row_context);
  return false;
}

}  // namespace vecext::pg
