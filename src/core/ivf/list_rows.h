// A list's rows, copied: what a list is made again from.
#pragma once

#include "core/ivf/record.h"

namespace vecext::ivf {

/// Where exact vectors come from: the row in model space to `out`; false where it cannot be had,
/// and what its code says is taken.
struct RowSource {
  bool (*fetch)(void* context, RowId row, float* out);
  void* context;
};

/// A list that was copied, as it was.
struct CopiedList {
  std::int32_t list;
  PageId tail;              // last page
  std::uint16_t tail_rows;  // lanes in use on it
};

/// The rows of one list or two, as records; dead lanes are left out.
struct ListRows {
  std::int32_t n = 0;
  std::int32_t room = 0;
  std::byte* records = nullptr;  // record_layout()
  std::int32_t lists = 0;
  CopiedList list[2] = {};
};

/// Room for at most `most` rows; false: out of memory.
bool reserve_rows(const Model& model, std::int32_t most, Arena arena, ListRows* rows);

/// Takes the rows of one page; room for them must be there.
void take_rows(const Model& model, std::int32_t list, const std::byte* page, ListRows* rows);

/// Takes the rerank vectors of lanes from .. to of a page from their own page, into the records
/// from *record on.
void take_rerank(const Model& model, const std::byte* page, const std::byte* rerank,
                 std::int32_t from, std::int32_t to, ListRows* rows, std::int32_t* record);

/// The n rows in model space: n × D floats. Null: out of memory.
float* row_vectors(const Model& model, const ListRows& rows, const RowSource& source, Arena arena);

/// Copies the rerank vectors of a page's rows, the last ones taken.
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
            take_rerank(model, page, rerank, i * places, to, rows, &record);
          }
          return sound;
        });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// Copies a list behind the rows there are. kStale: there is no room for all of it, or it has moved
/// on.
template <PageStore S>
Status copy_list(S& store, const Model& model, std::int32_t list, Arena arena, ListRows* rows) {
  const ListEntry& entry = model.entries[list];
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  CopiedList& copied = rows->list[rows->lists++];
  copied.list = list;
  for (PageId page = entry.head; page != kNoPage;) {
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
    take_rows(model, list, copy, rows);
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
