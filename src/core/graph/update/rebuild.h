// Rebuilds a graph of the rows in an index: of the living rows of the old graph, and of pending
// rows. The main graph is rebuilt with the rows of the delta graph, or without them, which takes
// less space beside the old pages. Readers and inserters go on meanwhile. The caller makes sure
// that only one rebuild runs in an index, and none while VACUUM reads its pages.
//
// First the chain of pending rows gets a new last page; the pages before it are closed, and the new
// graph takes their rows. The new graph is written into pages that nothing leads to. One change of
// the meta page puts it in the place of the old one; then the old pages are freed. A crash in
// between leaves unused pages behind, which the next rebuild or VACUUM frees: the meta page says
// that they exist. Readers compare the meta page's `changes` before and after.
#pragma once

#include "core/base/random.h"
#include "core/graph/update/old_graph.h"
#include "core/graph/update/rebuild_rows.h"
#include "core/graph/format/graph_write.h"
#include "core/graph/external/shards.h"
#include "core/graph/construct/products.h"
#include "core/page/unfinished.h"

namespace vecext {

/// The rows that a graph is constructed of. There is memory for `room` rows.
struct GraphContents {
  float* x;  // D floats each, `stride` floats after the one before
  std::size_t stride;
  RowId* rows;
  std::byte* rerank;  // layout.rerank_bytes each
  std::size_t n;
  std::size_t room;

  /// Reserves memory for `of_room` rows of `floats` floats. Returns false if memory runs out.
  bool reserve(Arena arena, const GraphModel& model, std::size_t floats, std::size_t of_room);
  /// Sets row i, given its rerank vector `vector`.
  void put(const GraphModel& model, std::size_t i, RowId row, const std::byte* vector);
};

/// Replaces the old graph, and the closed pending rows that are in the new graph, by the graph that
/// model->meta leads to.
template <PageStore S>
Status replace_graph(S& store, GraphModel* model, const ClosedPending& closed) {
  auto edit = store.edit();
  std::byte* page;
  if (const Status status = edit.page(kMetaPage, &page); !status.ok()) {
    edit.abandon();
    return status;
  }
  GraphMeta* now = graph_meta_of(page);
  GraphMeta& made = model->meta;
  made.pending = closed.end;
  made.pending_tail = now->pending_tail;
  made.pending_pages = now->pending_pages - closed.pages;
  made.head.changes = now->head.changes + 1;
  made.head.is_unfinished = now->head.is_unfinished;
  made.privates = now->privates;
  if (closed.own.pages > 0) {
    PrivateChain* own = find_private(&made.privates, closed.own.writer);
    if (own == nullptr) {
      edit.abandon();
      return corrupt();  // the chain's rows would be in the index twice
    }
    *own = {};
  }
  *now = made;
  edit.commit();
  return {};
}

/// Sets *chain to the number of the chain that a page is in. The page must be of a stream, or of
/// codes or rows of nodes.
template <PageStore S>
Status chain_of(S& store, PageId page, std::uint32_t* chain) {
  return store.read(page, [chain](const std::byte* bytes) -> Status {
    *chain = page_head(bytes)->chain;
    const PageKind kind = page_tail(bytes)->kind;
    const bool is_one = kind == PageKind::kStream || is_of_codes(kind);
    return is_one ? check_page(bytes, kind) : corrupt();
  });
}

/// Marks pages among the first `pages` pages: those that a replaced graph or a replaced chain has
/// left, and all pages of pending rows. Reports pages that are free already to the store again.
template <PageStore S>
Status mark_unused(S& store, const GraphModel& model, PageId pages, BitSet* unused) {
  std::uint32_t streams[] = {0, 0};
  std::uint32_t codes[] = {0, 0};
  for (const Part part : kParts) {
    if (model.meta.parts[part].chain != 0) {
      VECEXT_TRY(chain_of(store, model.meta.parts[part].model, &streams[part]));
    }
    if (has_code_pages(model, part)) {
      VECEXT_TRY(chain_of(store, model.meta.parts[part].rows, &codes[part]));
    }
  }
  for (PageId page = kMetaPage + 1; page < pages; ++page) {
    bool is_free = false;
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      is_free = check_page(bytes, PageKind::kFree).ok();
      const std::uint32_t chain = page_head(bytes)->chain;
      const PageKind kind = page_tail(bytes)->kind;
      if ((check_page(bytes, PageKind::kNodes).ok() && !is_page_of_graph(model, bytes)) ||
          (check_page(bytes, PageKind::kRest).ok() && !is_chain_of_graph(model, chain)) ||
          (check_page(bytes, PageKind::kStream).ok() && chain != streams[kMain] &&
           chain != streams[kDelta]) ||
          (is_of_codes(kind) && check_page(bytes, kind).ok() && chain != codes[kMain] &&
           chain != codes[kDelta]) ||
          check_page(bytes, PageKind::kPending).ok()) {
        unused->add(page);
      }
      return {};
    }));
    if (is_free) {
      store.release(page);
    }
    store.poll();
  }
  return {};
}

/// Unmarks the pages of chains of pending rows that are in use. Pages that were added to a chain
/// since the marking were free then, or did not exist, so they are not marked.
template <PageStore S>
Status keep_pending(S& store, const GraphModel& model, PageId pages, BitSet* unused) {
  const auto keep = [&](PageId page) {
    if (page < pages) {
      unused->remove(page);
    }
  };
  const auto keep_chain = [&](PageId first) {
    return read_chain(store, first, [&](PageId page, const std::byte* bytes) {
      keep(page);
      if (model.is_flat()) {
        keep(page_head(bytes)->rest);  // a long record continues on that page
      }
      return check_pending_page(bytes, model.pending);
    });
  };
  // Private chains are read before the common chain, as they may join it meanwhile.
  PrivateChains privates{};
  VECEXT_TRY(read_privates(store, &privates));
  for (const PrivateChain& chain : privates) {
    if (chain.pages > 0) {
      VECEXT_TRY(keep_chain(chain.first));
    }
  }
  return keep_chain(model.meta.pending);
}

/// Frees the pages that belong to nothing: pages of a replaced graph, of an unused chain, and of
/// pending rows that are in the graph. Reports all free pages to the store. Afterwards the meta
/// page says that no rebuild is unfinished. `arena` has room for a bit for each page.
template <PageStore S>
Status free_unused(S& store, const GraphModel& model, Arena arena) {
  const PageId pages = store.pages();
  BitSet unused;
  if (!unused.reset(pages, arena)) {
    return out_of_memory();
  }
  VECEXT_TRY(mark_unused(store, model, pages, &unused));
  VECEXT_TRY(keep_pending(store, model, pages, &unused));
  for (PageId page = kMetaPage + 1; page < pages; ++page) {
    if (!unused.contains(page)) {
      continue;
    }
    VECEXT_TRY(store.patch(page, [](const std::byte*, PagePatch* patch) -> Status {
      empty_page(patch);
      return {};
    }));
    store.release(page);
    store.poll();
  }
  bool was_unfinished;
  return set_unfinished(store, false, &was_unfinished);
}

/// Adds to *rows the number of a part's nodes that have a row.
template <PageStore S>
Status count_rows(S& store, const GraphModel& model, Part part, std::int64_t* rows) {
  const PageId pages = model.meta.parts[part].nodes > 0 ? store.pages() : 0;
  for (PageId page = 0; page < pages; ++page) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      bool has_rows = is_page_of(model, part, bytes);
      const Status sound = has_rows ? check_row_page(model, bytes, &has_rows) : Status{};
      for (std::int32_t i = 0; sound.ok() && has_rows && i < page_head(bytes)->rows; ++i) {
        *rows += *row_of_page(model, bytes, i) == kNoRow ? 0 : 1;
      }
      return sound;
    }));
    store.poll();
  }
  return {};
}

/// Sets *has_work to true if a rebuild would change anything: if there is a delta graph, a pending
/// row, or a node without a row, or if `writer` has a private chain.
template <PageStore S>
Status find_work(S& store, const GraphModel& model, std::uint64_t writer, bool* has_work) {
  const GraphMeta& meta = model.meta;
  *has_work = meta.parts[kDelta].nodes > 0 || find_private(&meta.privates, writer) != nullptr;
  const Status pending = read_chain(store, meta.pending, [&](PageId, const std::byte* bytes) {
    *has_work = *has_work || page_head(bytes)->rows > 0;
    return check_page(bytes, PageKind::kPending);
  });
  if (!pending.ok()) {
    return pending;
  }
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages && !*has_work; ++page) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      const bool is_graph = is_page_of_graph(model, bytes);
      if (is_graph && !check_node_page(bytes, model.layout).ok()) {
        return corrupt();
      }
      if (is_graph && !has_sound_rows(model, bytes)) {
        return corrupt();
      }
      for (std::int32_t i = 0; is_graph && i < page_head(bytes)->rows; ++i) {
        *has_work = *has_work || *row_of_page(model, bytes, i) == kNoRow;
      }
      return {};
    }));
    store.poll();
  }
  return {};
}

/// The phases of a rebuild, in their order. A graph beyond memory is written while it is
/// constructed, in kConstructing.
enum class RebuildPhase { kReading, kConstructing, kWriting, kFreeing };

/// The resources of a rebuild. `arena` is memory for arrays that are needed to the end. `scratch`
/// is memory for the construction alone, which the caller frees as a whole. `memory` is how many
/// bytes a rebuild may take, and `temp_files` are for rows beyond it.
struct RebuildWork {
  ConstructOptions construction;
  Arena arena;
  Arena scratch;
  std::size_t memory;
  TempFiles temp_files;
  /// Called when a phase begins, for a graph of about `rows` rows. It may be null.
  void (*begin)(void* context, RebuildPhase phase, std::size_t rows) = nullptr;
  void* begin_context = nullptr;
  /// The writer of the private rows that the graph takes in, too, or kNoWriter.
  std::uint64_t writer = kNoWriter;

  void begins(RebuildPhase phase, std::size_t rows) const {
    if (begin != nullptr) {
      begin(begin_context, phase, rows);
    }
  }
};

/// Returns how many bytes of memory it takes to rebuild a graph of `rows` rows in memory, rerank
/// vectors included.
std::size_t rebuild_bytes(const GraphModel& model, const ConstructOptions& construction,
                          std::int32_t floats, std::size_t rows);

template <PageStore S>
Status free_replaced(S& store, const GraphModel& model, const RebuildWork& work) {
  work.begins(RebuildPhase::kFreeing, model.nodes());
  return free_unused(store, model, work.arena);
}

/// A graph that was rebuilt, with its rows. If `is_in_memory`, it can be written once more.
struct RebuiltGraph {
  GraphContents contents;
  Graph graph;
  bool is_in_memory = false;
};

template <PageStore S>
Status write_rebuilt(S& store, GraphModel* model, Part part, const RebuiltGraph& rebuilt,
                     const RebuildWork& work) {
  const GraphContents& rows = rebuilt.contents;
  const ParallelOptions& parallel = work.construction.parallel;
  work.begins(RebuildPhase::kWriting, rows.n);
  LoggedBulk<S> bulk(store, parallel.stop, parallel.stop_context);
  const Status status =
      write_nodes(bulk, model, part, rebuilt.graph, {rows.x, rows.stride, rows.rows, rows.rerank},
                  parallel, work.arena);
  if (status.ok()) {
    bulk.finish();
  }
  return status;
}

/// True if the new graph may be made from the links of the main graph, and there is enough memory
/// for these links.
inline bool may_keep_links(const Rebuild& of, PageId pages, const RebuildWork& work) {
  const bool takes_delta = takes(of.rebuilt, kDelta) && of.old.meta.parts[kDelta].nodes > 0;
  const std::size_t bytes = rebuild_bytes(of.old, work.construction, of.floats, of.room) +
                            OldGraph::bytes(of.old, pages, of.room);
  return takes(of.rebuilt, kMain) && !takes_delta && OldGraph::is_worth_keeping(of.old) &&
         bytes <= work.memory;
}

/// Rebuilds a graph whose rows all fit in memory.
template <PageStore S>
Status rebuild_whole(S& store, GraphModel* model, const Rebuild& of, const RebuildWork& work,
                     RebuiltGraph* rebuilt) {
  auto* copy = work.arena.array<std::byte>(kPageSize);
  GraphContents& contents = rebuilt->contents;
  if (copy == nullptr ||
      !contents.reserve(work.arena, *model, static_cast<std::size_t>(of.floats), of.room)) {
    return out_of_memory();
  }
  work.begins(RebuildPhase::kReading, of.room);
  const PageId pages = store.pages();
  OldGraph old;
  const bool keeps_links =
      may_keep_links(of, pages, work) && old.reserve(work.arena, of.old, pages, of.room);
  const auto put = [&](RowId row, const std::byte* rerank) -> Status {
    if (contents.n == of.room) {
      return corrupt();
    }
    contents.put(*model, contents.n++, row, rerank);
    return {};
  };
  VECEXT_TRY(visit_pages(store, of.old, of.rebuilt, of.closed, copy,
                         [&](PageId page, const std::byte* bytes) {
                           if (keeps_links && is_page_of(of.old, kMain, bytes)) {
                             old.add_page(page, bytes, contents.n);
                           }
                           return visit_rows_of_page(of.old, bytes, put);
                         }));
  if (model->metric() == Metric::kInnerProduct &&
      !add_product_dims(contents.x, contents.n, model->dims(), contents.stride, work.arena)) {
    return out_of_memory();
  }
  work.begins(RebuildPhase::kConstructing, contents.n);
  const graph::OldLinks* links = nullptr;
  if (keeps_links) {
    VECEXT_TRY(old.finish(contents.n, work.construction.parallel, &links));
  }
  VECEXT_TRY(construct(contents.x, contents.n, of.floats, work.construction, work.arena,
                       work.scratch, &rebuilt->graph, links));
  rebuilt->is_in_memory = true;
  return write_rebuilt(store, model, part_of(of.rebuilt), *rebuilt, work);
}

/// Rebuilds a graph whose rows do not all fit in memory.
template <PageStore S>
Status rebuild_by_shards(S& store, GraphModel* model, const Rebuild& of, const RebuildWork& work) {
  const auto stride = static_cast<std::size_t>(of.floats);
  const std::size_t row = stride * sizeof(float) + sizeof(RowId) + model->layout.rerank_bytes;
  const std::size_t sampled = work.memory / graph::kSamplePart / row + 1;
  const std::size_t bytes =
      graph::shard_bytes(work.memory, *model, work.construction, of.floats, of.room);
  auto* copy = work.arena.array<std::byte>(kPageSize);
  auto* memory = work.arena.array<std::byte>(bytes);
  GraphContents contents;
  if (copy == nullptr || memory == nullptr ||
      !contents.reserve(work.arena, *model, stride, sampled)) {
    return out_of_memory();
  }
  work.begins(RebuildPhase::kReading, of.room);
  std::size_t seen = 0;
  Random random(work.construction.seed);
  VECEXT_TRY(visit_rows(store, of, copy, [&](RowId id, const std::byte* rerank) -> Status {
    const std::size_t place = seen < sampled ? seen : random.below(seen + 1);
    ++seen;
    if (place < sampled) {
      contents.put(*model, place, id, rerank);
    }
    return {};
  }));
  work.begins(RebuildPhase::kConstructing, seen);
  const graph::ShardWork shards_work{work.construction, of.floats, work.temp_files, memory, bytes};
  graph::Shards shards(model, part_of(of.rebuilt), shards_work);
  VECEXT_TRY(shards.plan(contents.x, contents.rows, std::min(seen, sampled), seen));
  const auto add = [&] {
    const Status added = shards.add(contents.x, contents.rows, contents.rerank, contents.n);
    contents.n = 0;
    return added;
  };
  VECEXT_TRY(visit_rows(store, of, copy, [&](RowId id, const std::byte* rerank) -> Status {
    contents.put(*model, contents.n++, id, rerank);
    return contents.n == sampled ? add() : Status{};
  }));
  VECEXT_TRY(add());
  LoggedBulk<S> bulk(store, work.construction.parallel.stop,
                     work.construction.parallel.stop_context);
  VECEXT_TRY(shards.write(bulk));
  bulk.finish();
  return {};
}

/// Rebuilds a graph by make(old model, closed pending rows). `make` returns a Status, writes the
/// graph's pages, and makes model->meta lead to them. The model must be current before, and is out
/// of date afterwards.
template <PageStore S, class Make>
Status rebuild_by(S& store, GraphModel* model, Rebuilt rebuilt, const RebuildWork& work,
                  const Make& make) {
  const GraphModel old = *model;
  ClosedPending closed;
  // The new graph uses the pages that an interrupted rebuild has left, so they are freed first.
  Status status = old.meta.head.is_unfinished != 0 ? free_unused(store, old, work.arena) : Status{};
  if (status.ok()) {
    status = close_pending(store, old, work.writer, &closed);
    store.at(Moment::kPendingClosed);
  }
  if (rebuilt == Rebuilt::kBoth) {
    model->meta.parts[kDelta] = {};
    model->meta.lists[kDelta] = {};
  }
  if (status.ok()) {
    status = make(old, closed);
  }
  if (status.ok()) {
    store.at(Moment::kBeforeSwitch);
    status = replace_graph(store, model, closed);
    store.at(Moment::kAfterSwitch);
  }
  return status.ok() ? free_replaced(store, *model, work) : status;
}

/// Rebuilds a graph of living rows, in memory or by shards. A row has `floats` floats in the space
/// of the construction.
template <PageStore S>
Status rebuild(S& store, GraphModel* model, Rebuilt rebuilt, std::int32_t floats,
               const RebuildWork& work, RebuiltGraph* graph) {
  const auto make = [&](const GraphModel& old, const ClosedPending& closed) {
    std::size_t room = (std::size_t{closed.pages} + closed.own.pages) *
                       static_cast<std::size_t>(old.pending.places);
    for (const Part part : kParts) {
      room += takes(rebuilt, part) ? old.meta.parts[part].nodes : 0;
    }
    const bool fits = rebuild_bytes(old, work.construction, floats, room) <= work.memory;
    const Rebuild rebuild{old, rebuilt, closed, floats, room};
    return fits ? rebuild_whole(store, model, rebuild, work, graph)
                : rebuild_by_shards(store, model, rebuild, work);
  };
  return rebuild_by(store, model, rebuilt, work, make);
}

/// Sets *has_rows to true if the closed pages of pending rows have a row, or else to false.
template <PageStore S>
Status find_closed_rows(S& store, const GraphModel& model, const ClosedPending& closed,
                        bool* has_rows) {
  *has_rows = false;
  PageId page = model.meta.pending;
  for (std::uint32_t i = 0; i < closed.pages && page != closed.end && !*has_rows; ++i) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      if (page_tail(bytes)->kind != PageKind::kPending || page_head(bytes)->next == kNoPage) {
        return corrupt();
      }
      *has_rows = page_head(bytes)->rows > 0;
      page = page_head(bytes)->next;
      return {};
    }));
    store.poll();
  }
  const bool is_whole = *has_rows || page == closed.end;
  return sound_if(is_whole);
}

/// Writes the main graph once more, to the pages that the store adds now. The graph has just been
/// rebuilt of both graphs, and no VACUUM has run since. Returns kStale if rows were inserted since,
/// so that the graph must be rebuilt. The model must be current before, and is out of date
/// afterwards.
template <PageStore S>
Status move_graph(S& store, GraphModel* model, const RebuiltGraph& graph, const RebuildWork& work) {
  const auto make = [&](const GraphModel& old, const ClosedPending& closed) {
    bool has_rows;
    const Status status = find_closed_rows(store, old, closed, &has_rows);
    if (!status.ok() || has_rows) {
      return status.ok() ? Status{.code = StatusCode::kStale} : status;
    }
    return write_rebuilt(store, model, kMain, graph, work);
  };
  return rebuild_by(store, model, Rebuilt::kBoth, work, make);
}

}  // namespace vecext
