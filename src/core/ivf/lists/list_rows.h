// Reads the rows of lists: the row ids of all lists, or a copy of all rows of one or two lists,
// which are to be written again.
#pragma once

#include "core/ivf/lists/record.h"

namespace vecext::ivf {

/// Calls visit(row) for each row of the index. Returns kStale if the model is out of date; visit()
/// may have been called for some rows by then.
template <PageStore S, class Visit>
Status each_list_row(S& store, const Model& model, const Visit& visit) {
  for (std::int32_t list = 0; list < model.lists(); ++list) {
    const ListEntry& entry = model.entries[list];
    const PageId head = model.is_vacant(list) ? kNoPage : entry.head;
    VECEXT_TRY(read_chain(store, head, [&](PageId, const std::byte* bytes) -> Status {
      VECEXT_TRY(check_current(model, entry, bytes));
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        if (const RowId row = *row_at(model, bytes, i); row != kNoRow) {
          visit(row);
        }
      }
      return {};
    }));
  }
  return {};
}

/// The source of exact vectors. `fetch` writes the row's vector in model space to `out`. It returns
/// false if the vector is not available; then the vector that the row's code stands for is used.
struct RowSource {
  bool (*fetch)(void* context, RowId row, float* out);
  void* context;
};

/// The state of a list when it was copied.
struct CopiedList {
  std::int32_t list;
  PageId tail;              // last page
  std::uint16_t tail_rows;  // lanes in use on it
};

/// The rows of one or two lists, as records. Dead lanes are left out.
struct ListRows {
  std::int32_t n = 0;
  std::int32_t room = 0;
  std::byte* records = nullptr;  // records as record_layout() has them
  std::int32_t lists = 0;
  CopiedList list[2] = {};
};

/// Reserves memory for `most` rows. Returns false if memory runs out.
bool reserve_rows(const Model& model, std::int32_t most, Arena arena, ListRows* rows);

/// Copies the rows of one page. There must be room for them.
void copy_rows(const Model& model, std::int32_t list, const std::byte* page, ListRows* rows);

/// Copies the rerank vectors of lanes [from, to) of a page of codes, `page`, from their rerank
/// page, `rerank`, into the records from *record on. Skips dead lanes, and moves *record behind the
/// records that were set.
void copy_rerank(const Model& model, const std::byte* page, const std::byte* rerank,
                 std::int32_t from, std::int32_t to, ListRows* rows, std::int32_t* record);

/// Returns the vectors of the rows in model space, n × D floats, or null if memory runs out.
float* row_vectors(const Model& model, const ListRows& rows, const RowSource& source, Arena arena);

/// Copies the rerank vectors of the rows of a page of codes. These rows were copied last, as the
/// records from `record` on.
template <PageStore S>
Status copy_rerank(S& store, const Model& model, const ListEntry& entry, const std::byte* page,
                   std::int32_t record, ListRows* rows) {
  const std::int32_t places = model.codes.rerank_places;
  for (std::int32_t i = 0; i < rerank_pages_in_use(model, page); ++i) {
    const std::int32_t end = (i + 1) * places;
    const std::int32_t to = end < page_head(page)->rows ? end : page_head(page)->rows;
    const Status status =
        store.read(rerank_pages(page, model.codes)[i], [&](const std::byte* rerank) {
          const Status sound = check_current(entry, PageKind::kRerank, rerank);
          if (sound.ok()) {
            copy_rerank(model, page, rerank, i * places, to, rows, &record);
          }
          return sound;
        });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// Adds the rows of a list to the rows copied. Returns kStale if there is no room for all of them,
/// or if the list was replaced.
template <PageStore S>
Status copy_list(S& store, const Model& model, std::int32_t list, Arena arena, ListRows* rows) {
  const ListEntry& entry = model.entries[list];
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return out_of_memory();
  }
  CopiedList& copied = rows->list[rows->lists++];
  copied.list = list;
  ChainLength length;
  for (PageId page = entry.head; page != kNoPage;) {
    if (length.is_beyond(store)) {
      return corrupt();
    }
    Status status = store.read(page, [&](const std::byte* bytes) {
      __builtin_memcpy(copy, bytes, kPageSize);
      return check_current(model, entry, bytes);
    });
    if (status.ok() && rows->n + page_head(copy)->rows > rows->room) {
      status = {.code = StatusCode::kStale};
    }
    if (!status.ok()) {
      return status;
    }
    const std::int32_t first = rows->n;
    copy_rows(model, list, copy, rows);
    if (status = copy_rerank(store, model, entry, copy, first, rows); !status.ok()) {
      return status;
    }
    copied.tail = page;
    copied.tail_rows = page_head(copy)->rows;
    page = page_head(copy)->next;
    store.poll();
  }
  return {};
}

}  // namespace vecext::ivf
