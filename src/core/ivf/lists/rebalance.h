// Replaces one or two lists by up to two others: a list that has grown too long is split by
// 2-means, two small lists are merged, a list with many dead lanes is written again, and a list
// without rows is removed. Readers and inserters go on meanwhile. The caller makes sure that only
// one such change runs in an index, and none while VACUUM reads its pages.
//
// The new lists are written first, into pages and places that nothing leads to. They are valid from
// the next value of the meta page's `changes`, with which the entries of the old lists end. One
// last change of the meta page makes both take effect. The same change closes the last pages of the
// old lists to inserters that have an older model. Before it only the old lists count, and after it
// only the new lists; a crash in between leaves unused pages behind. If rows were appended
// meanwhile, the last page of an old list has more rows than were copied. Then the change is given
// up, and the pages of the new lists are freed.
#pragma once

#include "core/ivf/lists/build.h"
#include "core/ivf/lists/list_rows.h"
#include "core/ivf/lists/list_size.h"
#include "core/ivf/lists/model_pages.h"
#include "core/page/unfinished.h"

namespace vecext::ivf {

/// The lists to be replaced.
struct Rebalancing {
  std::int32_t list[2];
  std::int32_t from;  // number of old lists: 1 or 2
  std::int32_t to;    // number of new lists: 0, 1 or 2
};

/// Memory for a change of lists: the arena of its arrays, and `most`, how many bytes the rows may
/// take. Lists with more rows stay as they are.
struct RebalanceMemory {
  Arena arena;
  std::size_t most;
};

/// Returns how many bytes of memory a row takes, for its record and its vector.
inline std::size_t rebalance_bytes(const Model& model) {
  return record_layout(model).size() + static_cast<std::size_t>(model.dims()) * sizeof(float);
}

/// The new lists in memory, as a model of their own. In the records of their rows, the numbers of
/// lists are those of this model.
struct NewLists {
  Model model;
  std::int32_t count;  // less than wanted if rows cannot be separated
};
Status make_lists(const Model& model, const Rebalancing& change, const RowSource& source,
                  Arena arena, ListRows* rows, NewLists* lists);

/// Writes the pages, the entry and the centroid of a new list.
template <PageStore S>
Status write_new_list(S& store, Model* model, std::int32_t place, const float* centroid,
                      const ListRecords& records, ListEntry* entry) {
  LoggedBulk<S> bulk(store);
  entry->head = entry->tail = kNoPage;
  VECEXT_TRY(append_to_list(bulk, *model, place, entry, records));
  if (entry->head == kNoPage) {
    VECEXT_TRY(add_first_page(bulk, *model, place, entry));
  }
  bulk.finish();
  entry->rows = static_cast<std::uint32_t>(records.n);
  return write_list(store, model, place, centroid, *entry);
}

/// Makes the last change, which puts the new lists in place of the old ones. Returns kStale if rows
/// were appended meanwhile.
template <PageStore S>
Status replace_lists(S& store, const Model& model, const ListRows& rows) {
  auto edit = store.edit();
  for (std::int32_t i = 0; i < rows.lists; ++i) {
    const CopiedList& old = rows.list[i];
    std::byte* tail;
    Status status = edit.page(old.tail, &tail);
    if (status.ok()) {
      status = check_current(model, model.entries[old.list], tail).in_page(old.tail);
    }
    if (status.ok() &&
        (page_head(tail)->rows != old.tail_rows || page_head(tail)->next != kNoPage)) {
      status = {.code = StatusCode::kStale};
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    page_head(tail)->chain = 0;  // 0 is the chain of no list, so a backend with the old model finds
                                 // out that the list was replaced
  }
  std::byte* meta;
  if (const Status status = edit.page(kMetaPage, &meta); !status.ok()) {
    edit.abandon();
    return status;
  }
  meta_of(meta)->lists = model.meta.lists;
  meta_of(meta)->head.next_chain = model.meta.head.next_chain;
  ++meta_of(meta)->head.changes;
  edit.commit();
  return {};
}

/// Notes that a list of `rows` rows cannot be split, since its rows cannot be separated.
template <PageStore S>
Status mark_whole(S& store, Model* model, std::int32_t list, std::int32_t rows) {
  const auto mark = [rows](ListEntry* e) { e->whole = static_cast<std::uint32_t>(rows); };
  mark(&model->entries[list]);
  return change_entry(store, model, list, mark);
}

/// The pages that a page led to before it was freed.
struct FreedPage {
  PageId next = kNoPage;
  PageId rerank[kMaxRerankPages];
  std::int32_t rerank_count = 0;
};

/// Frees a page of chain `chain`, or of chain 0, which the last page of a replaced list has. Sets
/// *freed to the pages that it led to. If the page belongs to another chain by now, it stays, and
/// *freed is empty.
template <PageStore S>
Status free_page(S& store, const Model& model, PageId page, std::uint32_t chain, FreedPage* freed) {
  *freed = {};
  auto edit = store.edit();
  std::byte* bytes;
  if (const Status status = edit.page(page, &bytes); !status.ok()) {
    edit.abandon();
    return status;
  }
  const PageHead* head = page_head(bytes);
  if (head->chain != chain && head->chain != 0) {
    edit.abandon();
    return {};
  }
  freed->next = head->next;
  freed->rerank_count = rerank_pages_in_use(model, bytes);
  __builtin_memcpy(freed->rerank, rerank_pages(bytes, model.codes),
                   static_cast<std::size_t>(freed->rerank_count) * sizeof(PageId));
  init_page(bytes, PageKind::kFree, 0, 0);
  edit.commit();
  store.release(page);
  store.poll();
  return {};
}

/// Frees the pages of a list that was replaced.
template <PageStore S>
Status free_list(S& store, const Model& model, const ListEntry& entry) {
  for (PageId page = entry.head; page != kNoPage;) {
    FreedPage freed;
    VECEXT_TRY(free_page(store, model, page, entry.chain, &freed));
    for (std::int32_t i = 0; i < freed.rerank_count; ++i) {
      FreedPage rerank;
      VECEXT_TRY(free_page(store, model, freed.rerank[i], entry.chain, &rerank));
    }
    page = freed.next;
  }
  return {};
}

/// Writes the new lists to the given places, and sets when the entries of the old lists end.
template <PageStore S>
Status write_lists(S& store, Model* model, const ListRows& rows, const NewLists& lists,
                   const NewPlaces& places, Arena arena) {
  std::int32_t* order;
  std::int32_t* starts;
  Status status = sort_by_list(lists.model, rows.records, rows.n, arena, &order, &starts);
  for (std::int32_t i = 0; status.ok() && i < lists.count; ++i) {
    const std::int32_t place = places.place[i];
    ListEntry& entry = lists.model.entries[i];
    entry.chain = model->meta.head.next_chain++;
    entry.valid_from = model->meta.head.changes + 1;
    const ListRecords records{rows.records, order + starts[i], starts[i + 1] - starts[i],
                              record_layout(*model).size()};
    status = write_new_list(store, model, place, lists.model.centroid(i), records, &entry);
    model->meta.lists = std::max(model->meta.lists, static_cast<std::uint32_t>(place) + 1);
  }
  const auto end = [changes = model->meta.head.changes](ListEntry* e) {
    e->valid_to = changes + 1;
  };
  for (std::int32_t i = 0; status.ok() && i < rows.lists; ++i) {
    end(&model->entries[rows.list[i].list]);
    status = change_entry(store, model, rows.list[i].list, end);
  }
  return status;
}

/// The result of rebalance().
struct Rebalanced {
  bool done = false;
  std::int32_t place = -1;  // place of the first new list, or -1
};

/// Sets *most to how many rows the lists may have by the time they are copied: some more than their
/// entries say. If that is more than `room`, the lists are measured, as an entry may be wrong.
/// Returns kOutOfMemory if it still is.
template <PageStore S>
Status most_rows(S& store, const Model& model, const Rebalancing& change, std::size_t room,
                 std::uint32_t* most) {
  const std::uint32_t spare = 4 * static_cast<std::uint32_t>(places(model));
  std::uint64_t counted = 0;
  for (std::int32_t i = 0; i < change.from; ++i) {
    counted += model.entries[change.list[i]].rows + spare;
  }
  Status status;
  if (counted > room) {
    counted = 0;
    for (std::int32_t i = 0; status.ok() && i < change.from; ++i) {
      ListSize size;
      status = measure_list(store, model, change.list[i], &size);
      counted += static_cast<std::uint64_t>(size.lanes) + spare;
    }
  }
  *most = static_cast<std::uint32_t>(counted);
  return status.ok() && counted > room ? out_of_memory() : status;
}

/// Replaces lists. The model must be current, and have room for 2 more lists; on success it stays
/// current. Returns kStale if the lists have changed, or if rows were appended meanwhile; then the
/// model must be loaded again. Returns kOutOfMemory if the lists have too many rows for the memory;
/// then they stay as they are.
template <PageStore S>
Status rebalance(S& store, Model* model, const Rebalancing& change, const RowSource& source,
                 const RebalanceMemory& memory, Rebalanced* result) {
  *result = {};
  const Arena arena = memory.arena;
  ListRows rows;
  std::uint32_t most;
  Status status = most_rows(store, *model, change, memory.most / rebalance_bytes(*model), &most);
  if (!status.ok()) {
    return status;
  }
  if (!reserve_rows(*model, static_cast<std::int32_t>(most), arena, &rows)) {
    return out_of_memory();
  }
  for (std::int32_t i = 0; status.ok() && i < change.from; ++i) {
    status = copy_list(store, *model, change.list[i], arena, &rows);
  }
  NewLists lists;
  lists.count = 0;  // the list could not be copied
  if (status.ok()) {
    status = make_lists(*model, change, source, arena, &rows, &lists);
  }
  if (status.ok() && change.from == 1 && lists.count < change.to) {
    return mark_whole(store, model, change.list[0], rows.n);
  }
  if (status.ok()) {
    status = clear_orphans(store, model);
  }
  bool was_unfinished = false;
  if (status.ok()) {
    status = set_unfinished(store, true, &was_unfinished);
  }
  const NewPlaces places = find_places(*model, lists.count);
  if (status.ok()) {
    status = write_lists(store, model, rows, lists, places, arena);
  }
  if (!status.ok()) {
    return status;
  }
  store.at(Moment::kBeforeSwitch);
  const Status replaced = replace_lists(store, *model, rows);
  store.at(Moment::kAfterSwitch);
  // What an earlier change has left stays for VACUUM to free.
  const auto finish = [&](Status freed) {
    return freed.ok() && !was_unfinished ? set_unfinished(store, false, &was_unfinished) : freed;
  };
  if (!replaced.ok()) {
    // Nothing leads to the new lists.
    for (std::int32_t i = 0; status.ok() && i < lists.count; ++i) {
      status = free_list(store, *model, lists.model.entries[i]);
    }
    status = finish(status);
    return status.ok() ? replaced : status;
  }
  *result = {true, lists.count == 0 ? -1 : places.place[0]};
  ++model->meta.head.changes;
  for (std::int32_t i = 0; i < lists.count; ++i) {
    set_list(model, places.place[i], lists.model.centroid(i), lists.model.entries[i]);
  }
  for (std::int32_t i = 0; status.ok() && i < rows.lists; ++i) {
    status = free_list(store, *model, model->entries[rows.list[i].list]);
  }
  return finish(status);
}

}  // namespace vecext::ivf
