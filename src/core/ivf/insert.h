// Inserting one row: its record goes to the end of its list. One page is locked and logged; when it
// is full, a new one is linked, and the directory told, in one change.
#pragma once

#include "core/ivf/record.h"

namespace vecext {

/// Appends a record to its list; *rows is about how many the list has now where it got a page, else
/// 0. kStale where the list is no longer the model's.
template <PageStore S>
Status insert_record(S& store, const Model& model, const std::byte* record, std::uint32_t* rows) {
  *rows = 0;
  RecordHead head;
  __builtin_memcpy(&head, record, sizeof head);
  const ListEntry& entry = model.entries[head.list];
  PageId tail = entry.tail;
  for (;;) {
    auto edit = store.edit();
    std::byte* page;
    if (const Status status = edit.page(tail, &page); !status.ok()) {
      return status;
    }
    Status status = check_current(model, entry, page);
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    if (page_head(page)->next != kNoPage) {
      tail = page_head(page)->next;
      model.entries[head.list].tail = tail;
      edit.abandon();
      store.poll();
      continue;
    }
    if (page_head(page)->rows < places(model)) {
      put_record(model, record, page_head(page)->rows++, page);
      edit.commit();
      return {};
    }
    PageId added;
    std::byte* fresh;
    std::byte* directory;
    status = edit.add(&added, &fresh);
    if (status.ok()) {
      status = edit.page(model.directory[head.list / kEntriesPerPage], &directory);
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    init_page(fresh, list_page_kind(model), static_cast<std::uint32_t>(head.list), entry.chain);
    put_record(model, record, 0, fresh);
    page_head(fresh)->rows = 1;
    page_head(page)->next = added;
    ListEntry* stored = list_entry(directory, head.list % kEntriesPerPage);
    stored->tail = added;
    stored->rows += static_cast<std::uint32_t>(places(model));
    model.entries[head.list].tail = added;
    *rows = stored->rows;
    edit.commit();
    return {};
  }
}

}  // namespace vecext
