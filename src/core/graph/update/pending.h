// Pending rows: the rows inserted since the graph was constructed. Every search compares all of
// them, so a row is found as soon as it is in the list. An insert locks and logs one page, or up to
// four.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// A row that is about to be added to the pending list.
struct PendingRow {
  RowId row;
  const std::byte* rerank;      // layout.rerank_bytes
  const std::uint8_t* nibbles;  // the code relative to the origin, of codec.groups() nibbles
  Factors factors;
  float scale;  // scale of the factors
};

/// Makes a pending row of x, D floats in model space, in memory of `arena`. Returns false if memory
/// runs out.
bool make_pending(const GraphModel& model, const float* x, RowId row, Arena arena,
                  PendingRow* pending);

/// Makes `patch` put a row at the end of a page of pending rows, which must have room.
void put_pending(const PendingLayout& layout, const PendingRow& row, const std::byte* page,
                 PagePatch* patch);

/// Opens a change of the last page of the chain of `writer`. Looks for this page from *tail on, and
/// sets *tail to it. `Edit` is the store's type of edits. On failure the change is abandoned.
/// Returns kStale if page *tail is in another chain by now.
template <PageStore S, class Edit>
Status edit_tail(S& store, const GraphModel& model, std::uint64_t writer, Edit* edit, PageId* tail,
                 std::byte** page) {
  for (ChainLength length;;) {
    Status status = edit->page(*tail, page);
    if (status.ok()) {
      status = check_kind(*page, PageKind::kPending).in_page(*tail);
    }
    if (status.ok()) {
      status = check_pending_page(*page, model.pending).in_page(*tail);
    }
    const bool is_last = status.ok() && page_head(*page)->next == kNoPage;
    if (is_last && page_head(*page)->chain == chain_of_writer(writer)) {
      return {};
    }
    if (is_last) {
      status = {.code = StatusCode::kStale};
    } else if (status.ok()) {
      *tail = page_head(*page)->next;
    }
    edit->abandon();
    if (status.ok() && length.is_beyond(store)) {
      status = corrupt().in_page(*tail);
    }
    if (!status.ok()) {
      return status;
    }
    store.poll();
    *edit = store.edit();
  }
}

/// Notes in the meta page that the chain of pending rows of `writer` has one more page, `tail`,
/// which is its last. Returns how many pages the chain has then, or 0 if the writer has no chain.
inline std::uint32_t note_tail(GraphMeta* meta, std::uint64_t writer, PageId tail) {
  if (writer == kNoWriter) {
    meta->pending_tail = tail;
    return ++meta->pending_pages;
  }
  PrivateChain* chain = find_private(&meta->privates, writer);
  if (chain == nullptr) {
    return 0;
  }
  chain->tail = tail;
  return ++chain->pages;
}

/// Adds a page for rows of scale `scale` after the last page of a chain, `page`, which is in the
/// change already. Sets *added and *pending to the new page, *pages to the number of pages of the
/// chain, and *meta to the meta page, which is in the change as well. On failure the change is
/// abandoned.
template <class Edit>
Status add_pending_page(Edit* edit, std::byte* page, std::uint64_t writer, float scale,
                        PageId* added, std::byte** pending, GraphMeta** meta,
                        std::uint32_t* pages) {
  std::byte* meta_page;
  Status status = edit->add(added, pending);
  if (status.ok()) {
    status = edit->page(kMetaPage, &meta_page);
  }
  if (status.ok()) {
    *meta = graph_meta_of(meta_page);
    *pages = note_tail(*meta, writer, *added);
    status = sound_if(*pages > 0);
  }
  if (!status.ok()) {
    edit->abandon();
    return status;
  }
  init_page(*pending, PageKind::kPending, 0, chain_of_writer(writer));
  set_pending_scale(*pending, scale);
  page_head(page)->next = *added;
  return {};
}

/// Adds a row by put(edit, page, &is_put), which returns a Status and sets is_put if the page had
/// room for the row. An empty page has room, and `put` may add one page. *tail is the last page
/// that the caller knows, or a page before it, and becomes the last page. *pages is set to the
/// number of pages of the chain if a page was added, or else to 0. Returns kStale if the rows of
/// page *tail are in the graph by now, or in another chain. If `writer` is not kNoWriter, the row
/// goes to the chain that `writer` has opened (private_chain.h).
template <PageStore S, class Put>
Status insert_pending_by(S& store, const GraphModel& model, float scale, const Put& put,
                         PageId* tail, std::uint32_t* pages, std::uint64_t writer = kNoWriter) {
  *pages = 0;
  auto edit = store.edit();
  std::byte* page;
  VECEXT_TRY(edit_tail(store, model, writer, &edit, tail, &page));
  bool is_put = false;
  // If the graph was rebuilt since the page was added, codes of its rows may have another scale.
  Status status = pending_scale(page) == scale ? put(edit, page, &is_put) : Status{};
  std::byte* pending;
  GraphMeta* meta;
  if (status.ok() && !is_put) {
    status = add_pending_page(&edit, page, writer, scale, tail, &pending, &meta, pages);
    if (!status.ok()) {
      return status;
    }
    status = put(edit, pending, &is_put);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Adds a row to page `tail` if that is the last page of its chain and has room, and sets *is_put
/// to true if it did. This serves most rows. A change of several pages, which serves the others,
/// would compare the whole page.
template <PageStore S>
Status insert_into_page(S& store, const GraphModel& model, const PendingRow& row,
                        std::uint64_t writer, PageId tail, bool* is_put) {
  *is_put = false;
  return store.patch(tail, [&](const std::byte* page, PagePatch* patch) -> Status {
    Status status = check_kind(page, PageKind::kPending);
    if (status.ok()) {
      status = check_pending_page(page, model.pending);
    }
    *is_put = status.ok() && page_head(page)->next == kNoPage &&
              page_head(page)->chain == chain_of_writer(writer) &&
              page_head(page)->rows < model.pending.places && pending_scale(page) == row.scale;
    if (*is_put) {
      put_pending(model.pending, row, page, patch);
    }
    return status;
  });
}

/// Adds a row. `tail`, `pages` and `writer` are as for insert_pending_by().
template <PageStore S>
Status insert_pending(S& store, const GraphModel& model, const PendingRow& row, PageId* tail,
                      std::uint32_t* pages, std::uint64_t writer = kNoWriter) {
  const auto put = [&](auto&, std::byte* page, bool* is_put) -> Status {
    *is_put = page_head(page)->rows < model.pending.places;
    if (*is_put) {
      PagePatch patch;
      put_pending(model.pending, row, page, &patch);
      patch.apply(page);
    }
    return {};
  };
  bool is_put;
  *pages = 0;
  VECEXT_TRY(insert_into_page(store, model, row, writer, *tail, &is_put));
  if (is_put) {
    return {};
  }
  return insert_pending_by(store, model, row.scale, put, tail, pages, writer);
}

}  // namespace vecext
