// A document is appended to one of the lists of pending documents. When a list is long, its
// inserter makes a segment of it, and merges small segments.
#include "pg/am/postings/insert_document.h"

#include "core/postings/update/insert_pending.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/maintenance.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

/// Makes the document in the current memory context. It points to the lexemes of `terms`, which are
/// not copied.
postings::NewText make_document(RowId row, const postings::DocumentTerms& terms) {
  const auto count = static_cast<Size>(terms.count);
  auto* list = huge_array<postings::Term>(count + 1);
  auto* frequencies = huge_array<uint32>(count + 1);
  for (Size i = 0; i < count; ++i) {
    const postings::DocumentTerm& term = terms.at[i];
    list[i] = term.term;
    frequencies[i] = term.count;
  }
  return {.row = row,
          .length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX))),
          .terms = list,
          .frequencies = frequencies,
          .count = static_cast<uint32>(count)};
}

/// Appends a document to a list. Returns the number of pages of the list if pages were added,
/// otherwise 0.
uint32 append_document(Relation index, const postings::NewText& document) {
  BufferStore store(index, known_pages(index));
  uint32 pages;
  Status status;
  // Backends use different lists, so that few of them wait for each other.
  const auto number = static_cast<int32>(MyProcPid % kPendingLists);
  do {
    CHECK_FOR_INTERRUPTS();
    status = insert_text(store, number, document, context_arena(CurrentMemoryContext), &pages);
  } while (status.code == StatusCode::kStale);
  check_index(index, status);
  return pages;
}

}  // namespace

void insert_document(Relation index, RowId row, const postings::DocumentTerms& terms) {
  const postings::NewText document = make_document(row, terms);
  // Nothing leads to the pages of a wide document before its last page is written. The lock keeps
  // other sessions from freeing these pages because they seem unused.
  const bool is_locked = is_wide(document);
  if (is_locked) {
    lock_changes(index);
  }
  const uint32 pages = append_document(index, document);
  if (is_locked) {
    unlock_changes(index);
  }
  if (pages >= kPagesOfFullList) {
    flush_full_lists(index);
  }
}

}  // namespace vecext::pg
