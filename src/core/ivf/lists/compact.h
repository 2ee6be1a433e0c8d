// Which lists are to be written again: lists that are too long, too short or full of dead lanes,
// and lists whose pages VACUUM can give back.
#pragma once

#include "core/ivf/lists/list_size.h"
#include "core/ivf/lists/rebalance.h"

namespace vecext::ivf {

/// True if a list of `rows` rows is to be split: it is 7/4 times as long as lists should be, and
/// twice as long as when its rows could not be separated.
bool is_long(const Model& model, std::int32_t list, std::int64_t rows);

/// Returns how a list should be changed; `from` is 0 if it should stay. If the number of lists may
/// change, a short list is merged with the nearest other list, `list[1]`.
Rebalancing plan_rebalancing(const Model& model, std::int32_t list, const ListSize& size,
                             bool may_change_number, Arena arena);

/// Writes a list again if it should be written again. rebalance() says what happens to the model.
template <PageStore S>
Status compact_list(S& store, Model* model, std::int32_t list, bool may_change_number,
                    const RowSource& source, const RebalanceMemory& memory, Rebalanced* result) {
  *result = {};
  if (model->is_vacant(list)) {
    return {};
  }
  ListSize size;
  VECEXT_TRY(measure_list(store, *model, list, &size));
  Rebalancing change = plan_rebalancing(*model, list, size, may_change_number, memory.arena);
  if (change.from == 2) {
    ListSize other;
    VECEXT_TRY(measure_list(store, *model, change.list[1], &other));
    // A list that would have to be split at once is not made.
    change.from = is_long(*model, list, size.rows + other.rows) ? 0 : change.from;
  }
  return change.from == 0 ? Status{} : rebalance(store, model, change, source, memory, result);
}

/// Writes a list again if one of its pages is `end` or lies behind it. rebalance() says what
/// happens to the model.
template <PageStore S>
Status move_list(S& store, Model* model, std::int32_t list, PageId end, const RowSource& source,
                 const RebalanceMemory& memory, Rebalanced* result) {
  *result = {};
  if (model->is_vacant(list)) {
    return {};
  }
  ListSize size;
  VECEXT_TRY(measure_list(store, *model, list, &size));
  if (size.end <= end) {
    return {};
  }
  return rebalance(store, model, {{list, -1}, 1, 1}, source, memory, result);
}

}  // namespace vecext::ivf
