// Fresh rows: what was inserted since the graph was made. Every search compares all of them, so a
// row is found from the moment that it is here. One page, or up to four, are locked and logged at
// once.
#pragma once

#include "core/graph/graph_model.h"

namespace vecext {

/// A row on its way to them.
struct FreshRow {
  RowId row;
  const std::byte* own;         // layout.own_bytes
  const std::uint8_t* nibbles;  // the code relative to the origin, codec.groups() of them
  Factors factors;
};

/// Makes one of x, D floats in the graph's space, in memory of `arena`. False: out of memory.
bool make_fresh(const GraphModel& model, const float* x, RowId row, Arena arena, FreshRow* fresh);

/// Puts a row at the end of a page that has room.
inline void put_fresh(const FreshLayout& layout, const FreshRow& row, std::byte* page) {
  const std::int32_t place = page_head(page)->rows++;
  fresh_rows(page, layout)[place] = row.row;
  __builtin_memcpy(fresh_vector(page, layout, place), row.own, layout.own_bytes);
  if (layout.blocks > 0) {
    const auto block = fresh_block(page, layout, place / kBlockLanes);
    put_lane(block.codes(), layout.groups, place % kBlockLanes, row.nibbles);
    block.a()[place % kBlockLanes] = row.factors.a;
    block.b()[place % kBlockLanes] = row.factors.b;
  }
}

/// Adds a row by put(edit, page, &is_put), a Status, which sets is_put where the page had room; an
/// empty one has, and it may add one page. *tail is where the caller knows the last page to be, or
/// one before it; kept up to date. *pages is how many pages there are now, where this has added
/// one, else 0. kStale where the graph has taken in the rows of the page known.
template <PageStore S, class Put>
Status insert_fresh_by(S& store, const GraphModel& model, const Put& put, PageId* tail,
                       std::uint32_t* pages) {
  *pages = 0;
  for (;;) {
    auto edit = store.edit();
    std::byte* page;
    Status status = edit.page(*tail, &page);
    if (status.ok()) {
      status = check_kind(page, PageKind::kFresh);
    }
    if (status.ok()) {
      status = check_fresh_page(page, model.fresh);
    }
    if (status.ok() && page_head(page)->next != kNoPage) {
      *tail = page_head(page)->next;
      edit.abandon();
      store.poll();
      continue;
    }
    bool is_put = false;
    if (status.ok()) {
      status = put(edit, page, &is_put);
    }
    if (status.ok() && is_put) {
      edit.commit();
      return {};
    }
    PageId added;
    std::byte* fresh;
    std::byte* meta;
    if (status.ok()) {
      status = edit.add(&added, &fresh);
    }
    if (status.ok()) {
      init_page(fresh, PageKind::kFresh, 0, page_head(page)->chain);
      status = put(edit, fresh, &is_put);
    }
    if (status.ok()) {
      status = edit.page(kGraphMetaPage, &meta);
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    page_head(page)->next = added;
    graph_meta_of(meta)->fresh_tail = added;
    *pages = ++graph_meta_of(meta)->fresh_pages;
    *tail = added;
    edit.commit();
    return {};
  }
}

/// Adds a row.
template <PageStore S>
Status insert_fresh(S& store, const GraphModel& model, const FreshRow& row, PageId* tail,
                    std::uint32_t* pages) {
  const auto put = [&](auto&, std::byte* page, bool* is_put) -> Status {
    *is_put = page_head(page)->rows < model.fresh.places;
    if (*is_put) {
      put_fresh(model.fresh, row, page);
    }
    return {};
  };
  return insert_fresh_by(store, model, put, tail, pages);
}

}  // namespace vecext
