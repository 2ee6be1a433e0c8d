// Which lists are to be rebuilt: those too long, too short, full of dead lanes, or where pages
// are to be given back.
#pragma once

#include "core/ivf/rebalance.h"

namespace vecext::ivf {

/// What a list holds.
struct ListSize {
  std::int64_t rows;   // living
  std::int64_t lanes;  // in use, dead ones included
  std::int64_t pages;  // of codes, or of vectors
  PageId end;          // behind the last one, own pages included
};

/// Whether a list of so many rows is to be split: it is 7/4 times as long as lists should be, and
/// twice as long as when its rows could not be told apart.
bool is_long(const Model& model, std::int32_t list, std::int64_t rows);

/// What should become of a list; `from` is 0 where it is well as it is. If lists may change in
/// number, a short one goes to the nearest other, `list[1]`.
Rebalancing plan_rebalancing(const Model& model, std::int32_t list, const ListSize& size,
                             bool may_change_number, Arena arena);

/// The last in the file of a page of codes and its own pages.
PageId last_page(const Model& model, PageId page, const std::byte* bytes);

template <PageStore S>
Status measure_list(S& store, const Model& model, std::int32_t list, ListSize* size) {
  *size = {};
  const ListEntry& entry = model.entries[list];
  return read_chain(store, entry.head, [&](PageId page, const std::byte* bytes) {
    const Status sound = check_current(model, entry, bytes);
    if (sound.ok()) {
      ++size->pages;
      size->end = std::max(size->end, last_page(model, page, bytes) + 1);
      size->lanes += page_head(bytes)->rows;
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        size->rows += *row_at(model, bytes, i) != kNoRow ? 1 : 0;
      }
    }
    return sound;
  });
}

/// Makes a list again if it should be; the model as in rebalance().
template <PageStore S>
Status compact_list(S& store, Model* model, std::int32_t list, bool may_change_number,
                    const RowSource& source, const RebalanceMemory& memory, Rebalanced* result) {
  *result = {};
  if (model->is_vacant(list)) {
    return {};
  }
  ListSize size;
  if (const Status status = measure_list(store, *model, list, &size); !status.ok()) {
    return status;
  }
  Rebalancing change = plan_rebalancing(*model, list, size, may_change_number, memory.arena);
  if (change.from == 2) {
    ListSize other;
    if (const Status status = measure_list(store, *model, change.list[1], &other); !status.ok()) {
      return status;
    }
    // A list that would have to be split again is not made.
    change.from = is_long(*model, list, size.rows + other.rows) ? 0 : change.from;
  }
  return change.from == 0 ? Status{} : rebalance(store, model, change, source, memory, result);
}

/// Writes a list again, where the store adds pages, if one of its pages is `end` or lies behind it;
/// the model as in rebalance().
template <PageStore S>
Status move_list(S& store, Model* model, std::int32_t list, PageId end, const RowSource& source,
                 const RebalanceMemory& memory, Rebalanced* result) {
  *result = {};
  if (model->is_vacant(list)) {
    return {};
  }
  ListSize size;
  const Status status = measure_list(store, *model, list, &size);
  if (!status.ok() || size.end <= end) {
    return status;
  }
  return rebalance(store, model, {{list, -1}, 1, 1}, source, memory, result);
}

}  // namespace vecext::ivf
