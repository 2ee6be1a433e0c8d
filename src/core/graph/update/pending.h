// Pending rows: what was inserted since the graph was made. Every search compares all of them, so a
// row is found from the moment that it is here. One page, or up to four, are locked and logged at
// once.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// A row on its way to them.
struct PendingRow {
  RowId row;
  const std::byte* rerank;      // layout.own_bytes
  const std::uint8_t* nibbles;  // the code relative to the origin, codec.groups() of them
  Factors factors;
  float scale;  // of these
};

/// Makes one of x, D floats in the graph's space, in memory of `arena`. False: out of memory.
bool make_pending(const GraphModel& model, const float* x, RowId row, Arena arena,
                  PendingRow* pending);

/// Puts a row at the end of a page that has room.
inline void put_pending(const PendingLayout& layout, const PendingRow& row, std::byte* page) {
  const std::int32_t place = page_head(page)->rows++;
  pending_rows(page, layout)[place] = row.row;
  __builtin_memcpy(pending_vector(page, layout, place), row.rerank, layout.rerank_bytes);
  if (layout.blocks > 0) {
    const auto block = pending_block(page, layout, place / kBlockLanes);
    put_lane(block.codes(), layout.groups, place % kBlockLanes, row.nibbles);
    block.a()[place % kBlockLanes] = row.factors.a;
    block.b()[place % kBlockLanes] = row.factors.b;
  }
}

/// Opens a change of the last page of the chain, looked for from *tail on; *tail becomes that page.
/// `Edit` is that of the store. On failure the change is abandoned.
template <PageStore S, class Edit>
Status edit_tail(S& store, const GraphModel& model, Edit* edit, PageId* tail, std::byte** page) {
  for (ChainLength length;;) {
    Status status = edit->page(*tail, page);
    if (status.ok()) {
      status = check_kind(*page, PageKind::kPending);
    }
    if (status.ok()) {
      status = check_pending_page(*page, model.pending);
    }
    if (status.ok() && page_head(*page)->next == kNoPage) {
      return {};
    }
    if (status.ok()) {
      *tail = page_head(*page)->next;
    }
    edit->abandon();
    if (status.ok() && length.is_beyond(store)) {
      status = {.code = StatusCode::kCorrupt};
    }
    if (!status.ok()) {
      return status;
    }
    store.poll();
    *edit = store.edit();
  }
}

/// Adds a page for rows of that scale behind the last one, `page`, of the change; *meta is the meta
/// page, in the change as well. On failure the change is abandoned.
template <class Edit>
Status add_pending_page(Edit* edit, std::byte* page, float scale, PageId* added,
                        std::byte** pending, GraphMeta** meta) {
  std::byte* meta_page;
  Status status = edit->add(added, pending);
  if (status.ok()) {
    status = edit->page(kGraphMetaPage, &meta_page);
  }
  if (!status.ok()) {
    edit->abandon();
    return status;
  }
  init_page(*pending, PageKind::kPending, 0, page_head(page)->chain);
  set_pending_scale(*pending, scale);
  page_head(page)->next = *added;
  *meta = graph_meta_of(meta_page);
  (*meta)->pending_tail = *added;
  ++(*meta)->pending_pages;
  return {};
}

/// Adds a row by put(edit, page, &is_put), a Status, which sets is_put where the page had room for
/// a row of that scale; an empty one has, and it may add one page. *tail is where the caller knows
/// the last page to be, or one before it; kept up to date. *pages is how many pages there are now,
/// where this has added one, else 0. kStale where the graph has taken in the rows of the page
/// known.
template <PageStore S, class Put>
Status insert_pending_by(S& store, const GraphModel& model, float scale, const Put& put,
                         PageId* tail, std::uint32_t* pages) {
  *pages = 0;
  auto edit = store.edit();
  std::byte* page;
  if (const Status status = edit_tail(store, model, &edit, tail, &page); !status.ok()) {
    return status;
  }
  bool is_put = false;
  // A graph that has changed since may code rows at another scale.
  Status status = pending_scale(page) == scale ? put(edit, page, &is_put) : Status{};
  std::byte* pending;
  GraphMeta* meta;
  if (status.ok() && !is_put) {
    status = add_pending_page(&edit, page, scale, tail, &pending, &meta);
    if (!status.ok()) {
      return status;
    }
    status = put(edit, pending, &is_put);
    *pages = meta->pending_pages;
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Adds a row.
template <PageStore S>
Status insert_pending(S& store, const GraphModel& model, const PendingRow& row, PageId* tail,
                      std::uint32_t* pages) {
  const auto put = [&](auto&, std::byte* page, bool* is_put) -> Status {
    *is_put = page_head(page)->rows < model.pending.places;
    if (*is_put) {
      put_pending(model.pending, row, page);
    }
    return {};
  };
  return insert_pending_by(store, model, row.scale, put, tail, pages);
}

}  // namespace vecext
