// The rows that a graph is rebuilt of: living rows of parts of the index, and pending rows, whose
// pages are closed before they are read.
#pragma once

#include "core/graph/format/graph_rows.h"
#include "core/graph/format/graph_verify.h"
#include "core/graph/update/private_chain.h"

namespace vecext {

/// How many chains write_nodes() makes: one for nodes, one for their codes, and one for the stream.
inline constexpr std::uint32_t kChainsOfGraph = 3;

/// The pending rows that a new graph takes in. Their pages are the first of the pending list.
struct ClosedPending {
  PageId end;           // the first page that is not closed
  std::uint32_t pages;  // closed pages
  PrivateChain own;     // the private chain of the transaction that rebuilds the graph; it has no
                        // pages if the transaction has no chain
};

/// Closes the present pending rows and the private rows of `writer`, which adds no rows meanwhile;
/// other private rows stay. Notes in the meta page that the rebuild has begun. Reserves chain
/// numbers from model->meta.head.next_chain on. If the rebuild is stopped, its pages keep these
/// numbers, and no other change ever uses them.
template <PageStore S>
Status close_pending(S& store, const GraphModel& model, std::uint64_t writer,
                     ClosedPending* closed) {
  PageId tail = model.meta.pending_tail;
  auto edit = store.edit();
  std::byte* page;
  std::byte* pending;
  GraphMeta* meta;
  std::uint32_t pages = 0;
  Status status = edit_tail(store, model, kNoWriter, &edit, &tail, &page);
  if (status.ok()) {
    status = add_pending_page(&edit, page, kNoWriter, model.meta.parts[kMain].entry_scale,
                              &closed->end, &pending, &meta, &pages);
  }
  if (!status.ok()) {
    // No other backend takes pending rows into a graph meanwhile.
    return corrupt_if_stale(status);
  }
  meta->head.next_chain = model.meta.head.next_chain + kChainsOfGraph;
  meta->head.is_unfinished = 1;
  closed->pages = pages - 1;
  const PrivateChain* own = find_private(&meta->privates, writer);
  closed->own = own == nullptr ? PrivateChain{} : *own;
  edit.commit();
  return {};
}

/// The parts whose living rows go into a rebuilt graph, besides the closed pending rows.
enum class Rebuilt { kDelta, kMain, kBoth };

/// Returns the part that the rebuilt graph becomes.
inline Part part_of(Rebuilt rebuilt) {
  return rebuilt == Rebuilt::kDelta ? kDelta : kMain;
}
inline bool takes(Rebuilt rebuilt, Part part) {
  return rebuilt == Rebuilt::kBoth || part == part_of(rebuilt);
}

/// What a graph is rebuilt of: rows of parts, and the closed pending rows. There are at most `room`
/// rows, each of `floats` floats in the space of the construction (products.h).
struct Rebuild {
  const GraphModel& old;
  Rebuilt rebuilt;
  ClosedPending closed;
  std::int32_t floats;
  std::size_t room;
};

/// Calls visit(page, copy) for each page that a graph is rebuilt of: pages of nodes, and pages of
/// closed pending rows. `visit` returns a Status and gets a sound copy, so no page is locked
/// meanwhile.
template <PageStore S, class Visit>
Status visit_pages(S& store, const GraphModel& model, Rebuilt rebuilt, const ClosedPending& closed,
                   std::byte* copy, const Visit& visit) {
  const auto is_taken = [&](Part part) {
    return takes(rebuilt, part) && is_page_of(model, part, copy);
  };
  const auto visit_copy = [&](PageId page) {
    bool has_rows;
    VECEXT_TRY(check_row_page(model, copy, &has_rows).in_page(page));
    return visit(page, copy);
  };
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages; ++page) {
    VECEXT_TRY(copy_page(store, page, copy));
    VECEXT_TRY(is_taken(kMain) || is_taken(kDelta) ? visit_copy(page)
                                                   : check_any_kind(copy).in_page(page));
    store.poll();
  }
  const auto visit_chain = [&](PageId page, std::uint32_t of_pages, PageId end) -> Status {
    for (std::uint32_t i = 0; i < of_pages; ++i) {
      VECEXT_TRY(copy_page(store, page, copy));
      VECEXT_TRY(check_pending_page(copy, model.pending).in_page(page));
      VECEXT_TRY(visit_copy(page));
      page = page_head(copy)->next;
      store.poll();
    }
    return sound_if(page == end);
  };
  VECEXT_TRY(visit_chain(model.meta.pending, closed.pages, closed.end));
  return closed.own.pages > 0 ? visit_chain(closed.own.first, closed.own.pages, kNoPage) : Status{};
}

/// Calls visit(row, rerank vector) for every living row of a sound page of rows; `visit` returns a
/// Status.
template <class Visit>
Status visit_rows_of_page(const GraphModel& model, const std::byte* page, const Visit& visit) {
  const bool is_pending = page_tail(page)->kind == PageKind::kPending;
  for (std::int32_t i = 0; i < page_head(page)->rows; ++i) {
    const std::byte* rerank = is_pending ? pending_vector(page, model.pending, i)
                                         : node_slot(page, model.layout, i).rerank();
    if (const RowId row = *row_of_page(model, page, i); row != kNoRow) {
      VECEXT_TRY(visit(row, rerank));
    }
  }
  return {};
}

/// Calls visit(row, rerank vector) for every living row of the pages of a rebuild; `visit` returns
/// a Status.
template <PageStore S, class Visit>
Status visit_rows(S& store, const Rebuild& of, std::byte* copy, const Visit& visit) {
  return visit_pages(
      store, of.old, of.rebuilt, of.closed, copy,
      [&](PageId, const std::byte* page) { return visit_rows_of_page(of.old, page, visit); });
}

}  // namespace vecext
