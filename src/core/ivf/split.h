// Splitting a list that has grown too long into two, by 2-means over its rows. Readers and
// inserters go on meanwhile; one split runs in an index at a time, and none while VACUUM does (the
// caller's part).
//
// The two new lists are written first, into pages and places that nobody knows of: list pages,
// centres, directory entries. One last change makes them valid: it counts them in, makes the old
// list's place vacant, closes its last page to inserters that have an older model, and moves the
// index on. Before it the old list is all there is, after it the new ones: a crash in between
// leaves unused pages behind. Rows that were appended while the lists were written are noticed, as
// the last page then has more, and the split is given up; the list's next page brings another.
#pragma once

#include <algorithm>

#include "core/cluster/kmeans.h"
#include "core/ivf/build.h"
#include "core/ivf/record.h"
#include "core/ivf/vector_distance.h"

namespace vecext {

/// Where exact vectors come from: the row in model space to `out`; false where it cannot be had,
/// and what its code says is taken.
struct RowSource {
  bool (*fetch)(void* context, RowId row, float* out);
  void* context;
};

/// A list's rows, copied.
struct ListRows {
  std::int32_t n = 0;
  RowId* rows = nullptr;
  float* x = nullptr;           // n × D, in model space
  std::byte* stored = nullptr;  // n vectors, where lists hold them
  PageId tail = kNoPage;        // last page
  std::uint16_t tail_rows = 0;  // rows on it
  float* scratch = nullptr;     // a vector of the column
};

/// The vector that a code stands for: centre + residual.
void decode_row(const Model& model, std::int32_t list, const std::byte* page, std::int32_t place,
                float* out);

/// Copies the rows of one page behind those there are; room for them must be there.
void take_rows(const Model& model, std::int32_t list, const std::byte* page,
               const RowSource& source, ListRows* rows);

/// Copies a list, at most `most` rows of it (kStale: it has more, or has moved on).
template <PageStore S>
Status copy_list(S& store, const Model& model, std::int32_t list, std::int32_t most,
                 const RowSource& source, Arena arena, ListRows* rows) {
  const auto room = static_cast<std::size_t>(most);
  rows->rows = arena.array<RowId>(room);
  rows->x = arena.array<float>(room * static_cast<std::size_t>(model.dims()));
  rows->stored = arena.array<std::byte>(model.has_vectors() ? room * model.vectors.bytes : 0);
  rows->scratch = arena.array<float>(static_cast<std::size_t>(model.meta.dims));
  auto* copy = arena.array<std::byte>(kPageSize);
  if (rows->rows == nullptr || rows->x == nullptr || rows->stored == nullptr ||
      rows->scratch == nullptr || copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for (PageId page = model.entries[list].head; page != kNoPage;) {
    const Status status = store.read(page, [&](const std::byte* bytes) {
      __builtin_memcpy(copy, bytes, kPageSize);
      return check_current(model, model.entries[list], bytes);
    });
    if (!status.ok()) {
      return status;
    }
    if (rows->n + page_head(copy)->rows > most) {
      return {.code = StatusCode::kStale};
    }
    take_rows(model, list, copy, source, rows);
    rows->tail = page;
    rows->tail_rows = page_head(copy)->rows;
    page = page_head(copy)->next;
    store.poll();
  }
  return {};
}

/// Two lists made of the rows of one, in memory: a model of their own, and the records.
struct Halves {
  Model model;         // of two lists
  std::byte* records;  // n
  bool made;           // false: the rows are all alike
};
Status make_halves(const Model& model, const ListRows& rows, Arena arena, Halves* halves);

/// Places for two new lists: vacant ones, else new ones at the end.
struct NewPlaces {
  std::int32_t place[2];
  std::int32_t lists;  // of the model that has them
};
NewPlaces find_places(const Model& model);

/// Writes `count` floats into the model's stream from float `at` on, which grows as needed.
template <PageStore S>
Status write_floats(S& store, Model* model, std::size_t at, const float* from, std::size_t count) {
  std::size_t byte = at * sizeof(float);
  std::size_t left = count * sizeof(float);
  const auto* data = reinterpret_cast<const std::byte*>(from);
  std::size_t pages = stream_pages(stream_bytes(model->meta, model->meta.lists));
  while (left > 0) {
    const std::size_t index = byte / kPayloadSize;
    const std::size_t offset = byte % kPayloadSize;
    const std::size_t part = std::min(left, kPayloadSize - offset);
    auto edit = store.edit();
    std::byte* page;
    std::byte* before;
    Status status;
    if (index < pages) {
      status = edit.page(model->stream[index], &page);
    } else {
      status = edit.page(model->stream[index - 1], &before);
      // A split that was stopped may have linked a page already.
      if (status.ok() && page_head(before)->next != kNoPage) {
        model->stream[index] = page_head(before)->next;
        status = edit.page(model->stream[index], &page);
      } else if (status.ok()) {
        status = edit.add(&model->stream[index], &page);
        if (status.ok()) {
          init_page(page, PageKind::kStream, 0, page_head(before)->chain);
          page_head(before)->next = model->stream[index];
        }
      }
      ++pages;
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    __builtin_memcpy(page + kPayloadOffset + offset, data, part);
    edit.commit();
    byte += part;
    data += part;
    left -= part;
  }
  return {};
}

/// Writes a directory entry to place `list`, with a new page where it is the first of one.
template <PageStore S>
Status write_entry(S& store, Model* model, std::int32_t list, const ListEntry& entry) {
  const std::int32_t index = list / kEntriesPerPage;
  const std::int32_t pages = (model->lists() + kEntriesPerPage - 1) / kEntriesPerPage;
  auto edit = store.edit();
  std::byte* page;
  Status status;
  if (index < pages) {
    status = edit.page(model->directory[index], &page);
  } else {
    std::byte* before;
    status = edit.page(model->directory[index - 1], &before);
    if (status.ok() && page_head(before)->next != kNoPage) {
      model->directory[index] = page_head(before)->next;
      status = edit.page(model->directory[index], &page);
    } else if (status.ok()) {
      status = edit.add(&model->directory[index], &page);
      if (status.ok()) {
        init_page(page, PageKind::kDirectory, 0, page_head(before)->chain);
        page_head(before)->next = model->directory[index];
      }
    }
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  *list_entry(page, list % kEntriesPerPage) = entry;
  edit.commit();
  return {};
}

/// Makes vacant what a split that was stopped has left in the directory: the next change would make
/// it count.
template <PageStore S>
Status clear_orphans(S& store, Model* model) {
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    if (model->entries[list].valid_from > model->meta.changes) {
      ListEntry vacant{};
      vacant.head = vacant.tail = kNoPage;
      if (const Status status = write_entry(store, model, list, vacant); !status.ok()) {
        return status;
      }
      model->entries[list] = vacant;
    }
  }
  return {};
}

/// Writes the pages of one half, records order[0 .. n), as place `list` and chain `entry->chain`.
template <PageStore S>
Status write_half(S& store, const Model& model, std::int32_t list, const std::byte* records,
                  const std::int32_t* order, std::int32_t n, ListEntry* entry) {
  const std::size_t size = record_layout(model).size();
  const std::int32_t room = places(model);
  entry->head = entry->tail = kNoPage;
  for (std::int32_t first = 0; first < n || entry->head == kNoPage; first += room) {
    auto edit = store.edit();
    PageId added;
    std::byte* page;
    if (const Status status = edit.add(&added, &page); !status.ok()) {
      edit.abandon();
      return status;
    }
    init_page(page, list_page_kind(model), static_cast<std::uint32_t>(list), entry->chain);
    const std::int32_t count = std::min(room, n - first);
    for (std::int32_t i = 0; i < count; ++i) {
      put_record(model, records + static_cast<std::size_t>(order[first + i]) * size, i, page);
    }
    page_head(page)->rows = static_cast<std::uint16_t>(count);
    if (entry->tail != kNoPage) {
      std::byte* before;
      if (const Status status = edit.page(entry->tail, &before); !status.ok()) {
        edit.abandon();
        return status;
      }
      page_head(before)->next = added;
    } else {
      entry->head = added;
    }
    edit.commit();
    entry->tail = added;
    store.poll();
  }
  // As insert_record counts: what the last page holds is extra.
  entry->rows = static_cast<std::uint32_t>((n - 1) / room * room);
  return {};
}

/// The last change: the new lists instead of the old one. kStale where rows came meanwhile.
template <PageStore S>
Status replace_list(S& store, const Model& model, std::int32_t list, const ListRows& rows,
                    std::uint32_t lists, std::uint32_t next_chain) {
  auto edit = store.edit();
  std::byte* tail;
  std::byte* directory;
  std::byte* meta;
  Status status = edit.page(rows.tail, &tail);
  if (status.ok()) {
    status = check_current(model, model.entries[list], tail);
  }
  if (status.ok() &&
      (page_head(tail)->rows != rows.tail_rows || page_head(tail)->next != kNoPage)) {
    status = {.code = StatusCode::kStale};
  }
  if (status.ok()) {
    status = edit.page(model.directory[list / kEntriesPerPage], &directory);
  }
  if (status.ok()) {
    status = edit.page(kMetaPage, &meta);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  page_head(tail)->chain = 0;  // no list's: whoever comes with the old model sees it
  ListEntry* entry = list_entry(directory, list % kEntriesPerPage);
  *entry = {};
  entry->head = entry->tail = kNoPage;
  meta_of(meta)->lists = lists;
  meta_of(meta)->next_chain = next_chain;
  ++meta_of(meta)->changes;
  edit.commit();
  return {};
}

/// Remembers that a list's rows cannot be told apart.
template <PageStore S>
Status mark_whole(S& store, const Model& model, std::int32_t list, std::int32_t rows) {
  auto edit = store.edit();
  std::byte* directory;
  if (const Status status = edit.page(model.directory[list / kEntriesPerPage], &directory);
      !status.ok()) {
    edit.abandon();
    return status;
  }
  list_entry(directory, list % kEntriesPerPage)->whole = static_cast<std::uint32_t>(rows);
  edit.commit();
  model.entries[list].whole = static_cast<std::uint32_t>(rows);
  return {};
}

/// Frees the pages of a list that was replaced, from `page` on.
template <PageStore S>
Status free_chain(S& store, PageId page, std::uint32_t chain) {
  while (page != kNoPage) {
    auto edit = store.edit();
    std::byte* bytes;
    if (const Status status = edit.page(page, &bytes); !status.ok()) {
      edit.abandon();
      return status;
    }
    const PageId next = page_head(bytes)->next;
    const std::uint32_t held = page_head(bytes)->chain;
    if (held != chain && held != 0) {
      edit.abandon();
      return {};
    }
    init_page(bytes, PageKind::kFree, 0, 0);
    edit.commit();
    store.release(page);
    page = next;
    store.poll();
  }
  return {};
}

/// Splits `list`. The model must be loaded for this split alone, with 2 spare places, while no
/// other split and no VACUUM runs. *split tells whether it was; kStale: it has moved on, or rows
/// came meanwhile.
template <PageStore S>
Status split_list(S& store, Model* model, std::int32_t list, std::int32_t most,
                  const RowSource& source, Arena arena, bool* split) {
  *split = false;
  ListRows rows;
  if (const Status status = copy_list(store, *model, list, most, source, arena, &rows);
      !status.ok()) {
    return status;
  }
  Halves halves;
  if (const Status status = make_halves(*model, rows, arena, &halves); !status.ok()) {
    return status;
  }
  if (!halves.made) {
    return mark_whole(store, *model, list, rows.n);
  }
  std::int32_t* order;
  std::int32_t* starts;
  if (const Status status =
          sort_by_list(halves.model, halves.records, rows.n, arena, &order, &starts);
      !status.ok()) {
    return status;
  }
  if (const Status status = clear_orphans(store, model); !status.ok()) {
    return status;
  }
  const NewPlaces places = find_places(*model);
  const auto dims = static_cast<std::size_t>(model->dims());
  std::uint32_t next_chain = model->meta.next_chain;
  for (std::int32_t half = 0; half < 2; ++half) {
    const std::int32_t place = places.place[half];
    ListEntry& entry = halves.model.entries[half];
    entry.chain = next_chain++;
    entry.valid_from = model->meta.changes + 1;
    Status status = write_half(store, halves.model, place, halves.records, order + starts[half],
                               starts[half + 1] - starts[half], &entry);
    if (status.ok()) {
      status = write_floats(store, model, (static_cast<std::size_t>(place) + 1) * dims,
                            halves.model.centre(half), dims);
    }
    if (status.ok()) {
      status = write_entry(store, model, place, entry);
    }
    if (!status.ok()) {
      return status;
    }
    model->meta.lists = std::max(model->meta.lists, static_cast<std::uint32_t>(place) + 1);
  }
  const Status status =
      replace_list(store, *model, list, rows, static_cast<std::uint32_t>(places.lists), next_chain);
  *split = status.ok();
  return *split ? free_chain(store, model->entries[list].head, model->entries[list].chain) : status;
}

}  // namespace vecext
