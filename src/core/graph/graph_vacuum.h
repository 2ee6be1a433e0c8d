// Removing rows: a node or a fresh place whose row is dead keeps its vector and loses its row. A
// node goes on to route.
#pragma once

#include "core/graph/graph_model.h"
#include "core/page/dead_rows.h"

namespace vecext {

/// The rows of a page, where they lie; null past the last one, or where it is not a page of rows.
/// Byte is std::byte, const or not.
template <class Byte>
auto* row_of_page(const GraphModel& model, Byte* page, std::int32_t i) {
  return page_tail(page)->kind == PageKind::kFresh ? fresh_rows(page, model.fresh) + i
                                                   : &node_slot(page, model.layout, i).head()->row;
}

/// Is it a page with rows, and sound? *has_rows tells.
inline Status check_row_page(const GraphModel& model, const std::byte* page, bool* has_rows) {
  *has_rows = true;
  if (check_page(page, PageKind::kFresh).ok()) {
    return check_fresh_page(page, model.fresh);
  }
  if (check_page(page, PageKind::kNodes).ok()) {
    return check_node_page(page, model.layout);
  }
  *has_rows = false;
  return {};
}

/// Asks is_dead of every row of the page, and removes those that are. Pages without rows are passed
/// over.
template <PageStore S>
Status remove_graph_rows(S& store, const GraphModel& model, PageId page, RemovedRows* rows) {
  bool has_rows = false;
  bool any = false;
  std::int64_t living = 0;
  Status status = store.read(page, [&](const std::byte* bytes) -> Status {
    if (const Status sound = check_row_page(model, bytes, &has_rows); !sound.ok() || !has_rows) {
      return sound;
    }
    for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
      const RowId row = *row_of_page(model, bytes, i);
      if (row != kNoRow) {
        ++living;
        any = any || rows->is_dead(rows->context, row);
      }
    }
    return {};
  });
  if (!status.ok() || !any) {
    rows->left += living;
    return status;
  }
  auto edit = store.edit();
  std::byte* bytes;
  if (status = edit.page(page, &bytes); !status.ok()) {
    edit.abandon();
    return status;
  }
  for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
    remove_if_dead(row_of_page(model, bytes, i), rows);
  }
  edit.commit();
  return {};
}

}  // namespace vecext
