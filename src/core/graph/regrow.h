// Making a graph anew of what is in an index: living rows of the old graph and the fresh ones,
// without the dead; the main graph from those of the young one, too. Readers and inserters go on
// meanwhile; one such change runs in an index at a time, and none while VACUUM looks at its pages
// (the caller's part).
//
// The chain of fresh rows gets a new last page first: what comes before it is closed, and taken.
// The new graph is written into pages that nobody knows of yet. One change of the meta page puts it
// in the place of the old one; then the old pages are freed. A crash in between leaves unused pages
// behind, which the next change or VACUUM frees. Who reads meanwhile compares the meta page's
// `changes` before and after.
#pragma once

#include "core/graph/fresh.h"
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

/// The fresh rows that a new graph takes in: those on the first pages of their chain.
struct ClosedFresh {
  PageId end;           // from here on there are others
  std::uint32_t pages;  // before it
};

/// Closes the fresh rows there are. Sets aside the numbers of chains that model->meta.next_chain
/// says, so that a change which stops leaves pages of numbers that nobody uses again.
template <PageStore S>
Status close_fresh(S& store, const GraphModel& model, ClosedFresh* closed) {
  PageId tail = model.meta.fresh_tail;
  auto edit = store.edit();
  std::byte* page;
  std::byte* fresh;
  GraphMeta* meta;
  Status status = edit_tail(store, model, &edit, &tail, &page);
  if (status.ok()) {
    status = add_fresh_page(&edit, page, model.meta.parts[kMain].entry_scale, &closed->end, &fresh,
                            &meta);
  }
  if (!status.ok()) {
    // Nobody else takes fresh rows into a graph meanwhile.
    return {.code = status.code == StatusCode::kStale ? StatusCode::kCorrupt : status.code};
  }
  meta->next_chain = model.meta.next_chain + kChainsOfGraph;
  closed->pages = meta->fresh_pages - 1;
  edit.commit();
  return {};
}

/// Collects the rows of the nodes that the part is made of, and of closed fresh pages.
template <PageStore S>
Status collect(S& store, const GraphModel& model, Part part, const ClosedFresh& closed, Arena arena,
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
    const bool is_taken =
        is_page_of(model, kYoung, copy) || (part == kMain && is_page_of(model, kMain, copy));
    if (is_taken &&
        (!check_node_page(copy, model.layout).ok() || !take_contents(model, copy, contents))) {
      return {.code = StatusCode::kCorrupt};
    }
    store.poll();
  }
  PageId page = model.meta.fresh;
  for (std::uint32_t i = 0; i < closed.pages; ++i) {
    if (const Status status = copy_page(store, page, copy); !status.ok()) {
      return status;
    }
    if (!check_fresh_page(copy, model.fresh).ok() || !take_contents(model, copy, contents)) {
      return {.code = StatusCode::kCorrupt};
    }
    page = page_head(copy)->next;
    store.poll();
  }
  return {.code = page == closed.end ? StatusCode::kOk : StatusCode::kCorrupt};
}

/// Puts the graph that model->meta leads to in the place of the old one, whose closed fresh rows it
/// has.
template <PageStore S>
Status replace_graph(S& store, GraphModel* model, const ClosedFresh& closed) {
  auto edit = store.edit();
  std::byte* page;
  if (const Status status = edit.page(kGraphMetaPage, &page); !status.ok()) {
    edit.abandon();
    return status;
  }
  GraphMeta* now = graph_meta_of(page);
  GraphMeta& made = model->meta;
  made.fresh = closed.end;
  made.fresh_tail = now->fresh_tail;
  made.fresh_pages = now->fresh_pages - closed.pages;
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
  std::uint32_t streams[] = {0, 0};
  if (!unused.reset(pages, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Status status;
  for (const Part part : kParts) {
    if (status.ok() && model.meta.parts[part].chain != 0) {
      status = store.read(model.meta.parts[part].model, [&](const std::byte* page) {
        streams[part] = page_head(page)->chain;
        return check_page(page, PageKind::kStream);
      });
    }
  }
  for (PageId page = kGraphMetaPage + 1; status.ok() && page < pages; ++page) {
    bool is_free = false;
    status = store.read(page, [&](const std::byte* bytes) -> Status {
      is_free = check_page(bytes, PageKind::kFree).ok();
      const std::uint32_t chain = page_head(bytes)->chain;
      if ((check_page(bytes, PageKind::kNodes).ok() && !is_page_of_graph(model, bytes)) ||
          (check_page(bytes, PageKind::kStream).ok() && chain != streams[kMain] &&
           chain != streams[kYoung]) ||
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
  ChainLength length;
  for (PageId page = model.meta.fresh; status.ok() && page != kNoPage;) {
    if (length.is_beyond(store)) {
      return {.code = StatusCode::kCorrupt};
    }
    if (page < pages) {
      unused.remove(page);
    }
    status = store.read(page, [&](const std::byte* bytes) {
      page = page_head(bytes)->next;
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

/// Is there a young graph or a fresh row to be taken in, or a node without a row to be rid of?
template <PageStore S>
Status find_work(S& store, const GraphModel& model, bool* has_work) {
  *has_work = model.meta.parts[kYoung].nodes > 0;
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages && !*has_work; ++page) {
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      const bool is_graph = is_page_of_graph(model, bytes);
      *has_work = check_page(bytes, PageKind::kFresh).ok() && page_head(bytes)->rows > 0;
      if (is_graph && !check_node_page(bytes, model.layout).ok()) {
        return {.code = StatusCode::kCorrupt};
      }
      for (std::int32_t i = 0; is_graph && i < page_head(bytes)->rows; ++i) {
        *has_work = *has_work || node_slot(bytes, model.layout, i).head()->row == kNoRow;
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

/// Makes a graph anew: the main one of all rows, or the young one of its own and the fresh ones.
/// The model must be current; it is not afterwards. `floats` are those of a row in the
/// construction's space (products.h).
template <PageStore S>
Status regrow(S& store, GraphModel* model, Part part, std::int32_t floats, const RegrowWork& work) {
  ClosedFresh closed;
  Status status = close_fresh(store, *model, &closed);
  if (!status.ok()) {
    return status;
  }
  const std::size_t nodes = part == kMain ? model->nodes() : model->meta.parts[kYoung].nodes;
  const std::size_t room = nodes + static_cast<std::size_t>(closed.pages) *
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
  if (status = collect(store, *model, part, closed, work.arena, &contents); !status.ok()) {
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
  if (part == kMain) {
    model->meta.parts[kYoung] = {};
  }
  LoggedBulk<S> bulk(store);
  if (status =
          write_nodes(bulk, model, part, graph, {contents.x, stride, contents.rows, contents.own},
                      work.construction.threads, work.arena);
      !status.ok()) {
    return status;
  }
  bulk.finish();
  if (status = replace_graph(store, model, closed); !status.ok()) {
    return status;
  }
  return free_unused(store, *model, work.arena);
}

}  // namespace vecext
