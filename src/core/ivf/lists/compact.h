// Which lists are to be written again: lists that are too long, too short or full of dead lanes,
// and lists whose pages VACUUM can give back.
#pragma once

#include "core/ivf/lists/list_size.h"
#include "core/ivf/lists/rebalance.h"

namespace vecext::ivf {

/// True if a list of `rows` rows is to be split: it has 7/4 times as many rows as lists should
/// have. If an earlier attempt could not separate its rows, it must also have twice as many as it
/// had then.
bool is_long(const Model& model, std::int32_t list, std::int64_t rows);

/// Returns how a list should be changed. In the result, `from` is 0 if the list should stay as it
/// is. If `may_change_number`, the number of lists may change; a short list is then merged with the
/// nearest other list, `list[1]`.
Rebalancing plan_rebalancing(const Model& model, std::int32_t list, const ListSize& size,
                             bool may_change_number, Arena arena);

/// Writes a list again if plan_rebalancing() says so. rebalance() says what happens to the model.
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
    // The two lists stay if the merged list would have to be split at once.
    change.from = is_long(*model, list, size.rows + other.rows) ? 0 : change.from;
  }
  return change.from == 0 ? Status{} : rebalance(store, model, change, source, memory, result);
}

/// Writes a list again if one of its pages is page `end` or lies behind it. rebalance() says what
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
