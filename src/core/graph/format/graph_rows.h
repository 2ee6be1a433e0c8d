// The rows in the pages of a graph's index: visits all of them, and removes dead ones. They are the
// rows of nodes, reachable or not, and pending rows. A node or a pending place whose row is dead
// keeps its vector and loses its row; searches still go through the node.
#pragma once

#include "core/graph/format/graph_model.h"
#include "core/page/dead_rows.h"

namespace vecext {

/// Returns the form of the records of a page of nodes or pending rows in a flat graph.
inline const RecordForm& record_form(const GraphModel& model, const std::byte* page) {
  return page_tail(page)->kind == PageKind::kPending ? model.pending_record : model.node;
}

/// True if the rows of a page of nodes or pending rows lie within the page. Their count was checked
/// before.
inline bool has_sound_rows(const GraphModel& model, const std::byte* page) {
  return !model.is_flat() || has_sound_records(page, record_form(model, page));
}

/// Returns row i of a sound page of nodes or pending rows, in place. Byte is std::byte or const
/// std::byte.
template <class Byte>
auto* row_of_page(const GraphModel& model, Byte* page, std::int32_t i) {
  if (model.is_flat()) {
    Record record{};
    (void)find_record(page, record_form(model, page), i, &record);
    return reinterpret_cast<std::conditional_t<std::is_const_v<Byte>, const RowId, RowId>*>(
        page + (record.at - page));
  }
  return page_tail(page)->kind == PageKind::kPending
             ? pending_rows(page, model.pending) + i
             : &node_slot(page, model.layout, i).head()->row;
}

/// Checks a page of any kind, and its rows if it is a page of nodes or pending rows. Sets *has_rows
/// to true if it is such a page.
inline Status check_row_page(const GraphModel& model, const std::byte* page, bool* has_rows) {
  *has_rows = true;
  if (check_page(page, PageKind::kPending).ok()) {
    VECEXT_TRY(check_pending_page(page, model.pending));
  } else if (check_page(page, PageKind::kNodes).ok()) {
    VECEXT_TRY(check_node_page(page, model.layout));
  } else {
    *has_rows = false;
    return check_any_kind(page);
  }
  return !has_sound_rows(model, page) ? corrupt() : Status{};
}

/// Calls visit(row) for each row of the index. Some rows are visited twice, and rows of a replaced
/// graph may be visited. If the graph may be rebuilt meanwhile, the caller compares `changes`
/// afterwards, as after a search.
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

/// Removes the dead rows of a page. Pages without rows are skipped.
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
