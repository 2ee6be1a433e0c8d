// Removing rows: a node or a fresh place whose row is dead keeps its vector and loses its row. A
// node goes on to route.
#pragma once

#include "core/graph/graph_model.h"
#include "core/page/dead_rows.h"

namespace vecext {

/// Row i of a page of nodes or fresh rows, where it lies. Byte is std::byte, const or not.
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

/// Removes the dead rows of a page. Pages without rows are passed over.
template <PageStore S>
Status remove_graph_rows(S& store, const GraphModel& model, PageId page, RemovedRows* rows) {
  const auto check = [&model](const std::byte* bytes, bool* has_rows) {
    return check_row_page(model, bytes, has_rows);
  };
  return remove_dead_rows(store, page, rows, check, [&model](auto* bytes, std::int32_t i) {
    return row_of_page(model, bytes, i);
  });
}

}  // namespace vecext
