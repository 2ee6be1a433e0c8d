// Inserts one row: its record goes to the end of its list. At most two pages are locked and logged,
// unless the last page of the list is full. Then one change adds a page, links it, and updates the
// directory.
#pragma once

#include "core/ivf/lists/record.h"

namespace vecext::ivf {

/// Puts a record into the next lane of a page of its list. Puts its rerank vector into the rerank
/// page that this lane belongs to, which is added if there is none yet.
template <class Edit>
Status put_next(Edit& edit, const Model& model, const ListEntry& entry, const std::byte* record,
                std::byte* page) {
  PageHead* head = page_head(page);
  const std::int32_t lane = head->rows;
  if (model.rerank() != Rerank::kNone) {
    const CodeLayout& layout = model.codes;
    PageId* rerank = rerank_pages(page, layout) + lane / layout.rerank_places;
    std::byte* bytes;
    const bool is_new = lane % layout.rerank_places == 0;
    VECEXT_TRY(is_new ? edit.add(rerank, &bytes) : edit.page(*rerank, &bytes));
    if (!is_new && !check_current(entry, PageKind::kRerank, bytes).ok()) {
      return corrupt().in_page(*rerank);
    }
    if (is_new) {
      init_page(bytes, PageKind::kRerank, head->list, head->chain);
    }
    __builtin_memcpy(rerank_vector_at(bytes, layout.rerank_bytes, lane % layout.rerank_places),
                     record + sizeof(RecordHead) + record_layout(model).code, layout.rerank_bytes);
  }
  put_record(model, record, lane, page);
  ++head->rows;
  return {};
}

/// Adds a page at the end of the list, and puts the record into it.
template <class Edit>
Status grow_list(Edit& edit, const Model& model, std::int32_t list, const std::byte* record,
                 std::byte* last) {
  ListEntry& entry = model.entries[list];
  PageId added;
  std::byte* pending;
  std::byte* directory;
  VECEXT_TRY(edit.add(&added, &pending));
  init_page(pending, list_page_kind(model), static_cast<std::uint32_t>(list), entry.chain);
  VECEXT_TRY(put_next(edit, model, entry, record, pending));
  VECEXT_TRY(edit.page(model.directory[list / kEntriesPerPage], &directory));
  page_head(last)->next = added;
  ListEntry* stored = list_entry(directory, list % kEntriesPerPage);
  stored->tail = added;
  const auto room = static_cast<std::uint32_t>(places(model));
  stored->rows = stored->rows / room * room + room;  // the list's pages were full
  entry.tail = added;
  entry.rows = stored->rows;
  return {};
}

/// insert_record() reports the length of a list each time that it reaches a multiple of this.
inline constexpr std::uint32_t kReportedRows = 64;

/// Appends a record to its list. Sets *rows to about the number of rows of the list if that is a
/// multiple of kReportedRows, and to 0 otherwise. Returns kStale if the list was replaced since the
/// model was loaded.
template <PageStore S>
Status insert_record(S& store, const Model& model, const std::byte* record, std::uint32_t* rows) {
  *rows = 0;
  RecordHead head;
  __builtin_memcpy(&head, record, sizeof head);
  ListEntry& entry = model.entries[head.list];
  ChainLength length;
  for (PageId tail = entry.tail;;) {
    if (length.is_beyond(store)) {
      return corrupt().in_page(tail);
    }
    auto edit = store.edit();
    std::byte* page;
    std::uint32_t on_page = 0;
    const auto room = static_cast<std::uint32_t>(places(model));
    Status status = edit.page(tail, &page);
    if (status.ok()) {
      status = check_current(model, entry, page).in_page(tail);
    }
    if (status.ok() && page_head(page)->next != kNoPage) {
      tail = page_head(page)->next;
      entry.tail = tail;
      edit.abandon();
      store.poll();
      continue;
    }
    if (status.ok()) {
      const bool is_full = page_head(page)->rows >= room;
      on_page = is_full ? 1 : page_head(page)->rows + 1u;
      status = is_full ? grow_list(edit, model, head.list, record, page)
                       : put_next(edit, model, entry, record, page);
    }
    if (status.ok()) {
      edit.commit();
      const std::uint32_t all = entry.rows / room * room + on_page;
      *rows = all % kReportedRows == 0 ? all : 0;
    } else {
      edit.abandon();
    }
    return status;
  }
}

}  // namespace vecext::ivf
