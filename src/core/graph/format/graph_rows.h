// All rows of a graph's index: those of nodes, reachable or not, and pending ones.
#pragma once

#include "core/graph/format/graph_vacuum.h"

namespace vecext {

/// Calls visit(row) for each row; for some of them twice, and for rows of a replaced graph. A
/// reader of a graph that may be rebuilt meanwhile compares `changes` afterwards, as for a search.
template <PageStore S, class Visit>
Status each_graph_row(S& store, const GraphModel& model, const Visit& visit) {
  const PageId pages = store.pages();
  for (PageId page = kMetaPage + 1; page < pages; ++page) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      bool has_rows;
      if (const Status sound = check_row_page(model, bytes, &has_rows); !sound.ok() || !has_rows) {
        return sound;
      }
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        if (const RowId row = *row_of_page(model, bytes, i); row != kNoRow) {
          visit(row);
        }
      }
      return {};
    }));
    store.poll();
  }
  return {};
}

}  // namespace vecext
