// Making a graph anew of what is in an index: living rows of the old graph and the fresh ones,
// without the dead. Readers and inserters go on meanwhile; one such change runs in an index at a
// time, and none while VACUUM looks at its pages (the caller's part).
//
// The chain of fresh rows gets a new last page first: what comes before it is closed, and taken.
// The new graph is written into pages that nobody knows of yet. One change of the meta page puts it
// in the place of the old one; then the old pages are freed. A crash in between leaves unused pages
// behind, which the next change or VACUUM frees. Who reads meanwhile compares the meta page's
// `changes` before and after.
#pragma once

#include "core/graph/graph_vacuum.h"
#include "core/graph/graph_verify.h"
#include "core/graph/graph_write.h"
#include "core/graph/products.h"

namespace vecext {

/// The rows that a graph is made of; memory for `room` of them.
struct GraphContents {
  float* x;  // D floats each, `stride` floats after the one before
  std::size_t stride;
  RowId* rows;
  std::byte* own;  // layout.own_bytes each
  std::size_t n;
  std::size_t room;
};

/// Chains that write_nodes() makes: of nodes, and the stream.
inline constexpr std::uint32_t kChainsOfGraph = 2;

/// Takes the living rows of a page of nodes or fresh rows. False: there is no room.
bool take_contents(const GraphModel& model, const std::byte* page, GraphContents* contents);

/// Closes the fresh rows there are: *end is the page from which on there will be others. Sets aside
/// the numbers of chains that model->meta.next_chain says, so that a change which stops leaves
/// pages of numbers that nobody uses again.
template <PageStore S>
Status close_fresh(S& store, const GraphModel& model, PageId* end) {
  for (PageId tail = model.meta.fresh_tail;;) {
    auto edit = store.edit();
    std::byte* page;
    std::byte* fresh;
    std::byte* meta;
    Status status = edit.page(tail, &page);
    if (status.ok()) {
      status = check_fresh_page(page, model.fresh);
    }
    if (status.ok() && page_head(page)->next != kNoPage) {
      tail = page_head(page)->next;
      edit.abandon();
      store.poll();
      continue;
    }
    if (status.ok()) {
      status = edit.add(end, &fresh);
    }
    if (status.ok()) {
      status = edit.page(kGraphMetaPage, &meta);
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    init_page(fresh, PageKind::kFresh, 0, page_head(page)->chain);
    page_head(page)->next = *end;
    graph_meta_of(meta)->fresh_tail = *end;
    ++graph_meta_of(meta)->fresh_pages;
    graph_meta_of(meta)->next_chain = model.meta.next_chain + kChainsOfGraph;
    edit.commit();
    return {};
  }
}

/// Collects the rows of the graph's nodes, and of the fresh pages before `end`.
template <PageStore S>
Status collect(S& store, const GraphModel& model, PageId end, Arena arena,
               GraphContents* contents) {
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages; ++page) {
    if (const Status status = copy_page(store, page, copy); !status.ok()) {
      return status;
    }
    if (is_page_of_graph(model, copy) &&
        (!check_node_page(copy, model.layout).ok() || !take_contents(model, copy, contents))) {
      return {.code = StatusCode::kCorrupt};
    }
    store.poll();
  }
  for (PageId page = model.meta.fresh; page != end; page = page_head(copy)->next) {
    if (const Status status = copy_page(store, page, copy); !status.ok()) {
      return status;
    }
    if (!check_fresh_page(copy, model.fresh).ok() || !take_contents(model, copy, contents)) {
      return {.code = StatusCode::kCorrupt};
    }
    store.poll();
  }
  return {};
}

/// Pages of fresh rows before `end`. kCorrupt where the chain does not come there.
template <PageStore S>
Status count_fresh(S& store, const GraphModel& model, PageId end, std::uint32_t* count) {
  *count = 0;
  for (PageId page = model.meta.fresh; page != end;) {
    if (page == kNoPage || ++*count > store.pages()) {
      return {.code = StatusCode::kCorrupt};
    }
    const Status status = store.read(page, [&](const std::byte* bytes) {
      page = page_head(bytes)->next;
      return check_fresh_page(bytes, model.fresh);
    });
    if (!status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

/// Puts the graph that model->meta leads to in the place of the old one, whose fresh rows before
/// `end`, on `taken` pages, it has.
template <PageStore S>
Status replace_graph(S& store, GraphModel* model, PageId end, std::uint32_t taken) {
  auto edit = store.edit();
  std::byte* page;
  if (const Status status = edit.page(kGraphMetaPage, &page); !status.ok()) {
    edit.abandon();
    return status;
  }
  GraphMeta* now = graph_meta_of(page);
  GraphMeta& made = model->meta;
  made.fresh = end;
  made.fresh_tail = now->fresh_tail;
  made.fresh_pages = now->fresh_pages - taken;
  made.changes = now->changes + 1;
  *now = made;
  edit.commit();
  return {};
}

/// Frees the pages that belong to nothing: of another graph, of a stream that is no more, of fresh
/// rows that are in the graph. Tells of the free ones again. `arena` for a bit a page.
template <PageStore S>
Status free_unused(S& store, const GraphModel& model, Arena arena) {
  const PageId pages = store.pages();
  NodeSet unused;
  std::uint32_t stream = 0;
  if (!unused.reset(pages, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Status status = store.read(model.meta.model, [&](const std::byte* page) {
    stream = page_head(page)->chain;
    return check_page(page, PageKind::kStream);
  });
  for (PageId page = kGraphMetaPage + 1; status.ok() && page < pages; ++page) {
    bool is_free = false;
    status = store.read(page, [&](const std::byte* bytes) -> Status {
      is_free = check_page(bytes, PageKind::kFree).ok();
      const std::uint32_t chain = page_head(bytes)->chain;
      if ((check_page(bytes, PageKind::kNodes).ok() && chain != model.meta.chain) ||
          (check_page(bytes, PageKind::kRest).ok() && chain != model.meta.chain) ||
          (check_page(bytes, PageKind::kStream).ok() && chain != stream) ||
          check_page(bytes, PageKind::kFresh).ok()) {
        unused.add(page);
      }
      return {};
    });
    if (is_free) {
      store.release(page);
    }
    store.poll();
  }
  // Pages that were added to the chain since were free, or not there: they are none of these.
  for (PageId page = model.meta.fresh; status.ok() && page != kNoPage;) {
    if (page < pages) {
      unused.remove(page);
    }
    status = store.read(page, [&](const std::byte* bytes) {
      page = page_head(bytes)->next;
      if (page_head(bytes)->list < pages) {
        unused.remove(page_head(bytes)->list);  // a long record goes on there
      }
      return check_fresh_page(bytes, model.fresh);
    });
    store.poll();
  }
  for (PageId page = kGraphMetaPage + 1; status.ok() && page < pages; ++page) {
    if (!unused.contains(page)) {
      continue;
    }
    auto edit = store.edit();
    std::byte* bytes;
    if (status = edit.page(page, &bytes); !status.ok()) {
      edit.abandon();
      return status;
    }
    empty_page(bytes);
    edit.commit();
    store.release(page);
    store.poll();
  }
  return status;
}

/// Is there a fresh row to be taken in, or a node without a row to be rid of?
template <PageStore S>
Status find_work(S& store, const GraphModel& model, bool* has_work) {
  *has_work = false;
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages && !*has_work; ++page) {
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      const bool is_graph = is_page_of_graph(model, bytes);
      *has_work = check_page(bytes, PageKind::kFresh).ok() && page_head(bytes)->rows > 0;
      if (is_graph && !check_node_page(bytes, model.layout).ok()) {
        return {.code = StatusCode::kCorrupt};
      }
      if (is_graph && !has_sound_rows(model, bytes)) {
        return {.code = StatusCode::kCorrupt};
      }
      for (std::int32_t i = 0; is_graph && i < page_head(bytes)->rows; ++i) {
        *has_work = *has_work || *row_of_page(model, bytes, i) == kNoRow;
      }
      return {};
    });
    if (!status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

/// What a change of a graph works with: memory for arrays that are needed to the end, and for those
/// of the construction alone, which the caller frees as a whole.
struct RegrowWork {
  ConstructOptions construction;
  Arena arena;
  Arena scratch;
};

/// Makes the graph anew. The model must be current; it is not afterwards. `floats` are those of
/// a row in the construction's space (products.h).
template <PageStore S>
Status regrow(S& store, GraphModel* model, std::int32_t floats, const RegrowWork& work) {
  PageId end;
  std::uint32_t taken = 0;
  Status status = close_fresh(store, *model, &end);
  if (status.ok()) {
    status = count_fresh(store, *model, end, &taken);
  }
  if (!status.ok()) {
    return status;
  }
  const std::size_t room = model->meta.nodes + static_cast<std::size_t>(taken) *
                                                   static_cast<std::size_t>(model->fresh.places);
  const auto stride = static_cast<std::size_t>(floats);
  GraphContents contents{work.arena.array<float>(room * stride),
                         stride,
                         work.arena.array<RowId>(room),
                         work.arena.array<std::byte>(room * model->layout.own_bytes),
                         0,
                         room};
  if (contents.x == nullptr || contents.rows == nullptr || contents.own == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  if (status = collect(store, *model, end, work.arena, &contents); !status.ok()) {
    return status;
  }
  if (model->metric() == Metric::kInnerProduct &&
      !add_product_dims(contents.x, contents.n, model->dims(), stride, work.arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Graph graph;
  if (status = construct(contents.x, contents.n, floats, work.construction, work.arena,
                         work.scratch, &graph);
      !status.ok()) {
    return status;
  }
  LoggedBulk<S> bulk(store);
  if (status = write_nodes(bulk, model, graph, {contents.x, stride, contents.rows, contents.own},
                           work.construction.threads, work.arena);
      !status.ok()) {
    return status;
  }
  bulk.finish();
  if (status = replace_graph(store, model, end, taken); !status.ok()) {
    return status;
  }
  return free_unused(store, *model, work.arena);
}

}  // namespace vecext
