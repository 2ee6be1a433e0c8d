// All rows of an index of lists.
#pragma once

#include "core/ivf/lists/record.h"

namespace vecext::ivf {

/// Calls visit(row) for each row. kStale where the model is out of date, after calls for some rows.
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

}  // namespace vecext::ivf
