// All rows of an index of lists.
#pragma once

#include "core/ivf/record.h"

namespace vecext::ivf {

/// Calls take(row) for each. kStale where the model is out of date: some were taken then.
template <PageStore S, class Take>
Status each_list_row(S& store, const Model& model, const Take& take) {
  for (std::int32_t list = 0; list < model.lists(); ++list) {
    const ListEntry& entry = model.entries[list];
    ChainLength length;
    for (PageId page = model.is_vacant(list) ? kNoPage : entry.head; page != kNoPage;) {
      if (length.is_beyond(store)) {
        return {.code = StatusCode::kCorrupt};
      }
      const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
        if (const Status sound = check_current(model, entry, bytes); !sound.ok()) {
          return sound;
        }
        page = page_head(bytes)->next;
        for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
          if (const RowId row = *row_at(model, bytes, i); row != kNoRow) {
            take(row);
          }
        }
        return {};
      });
      if (!status.ok()) {
        return status;
      }
      store.poll();
    }
  }
  return {};
}

}  // namespace vecext::ivf
