// Writes a graph that was constructed in memory: its nodes into pages, its mean and entries into
// the stream.
#pragma once

#include <algorithm>

#include "core/base/parallel.h"
#include "core/graph/construct/construct.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/format/node_lists.h"

namespace vecext {

/// The rows of a graph. Their vectors in model space have D floats each; each vector begins
/// `stride` floats after the one before. `rows` are their places in the table. If the rows come
/// from an index, `rerank` has their rerank vectors of layout.rerank_bytes, to be copied; otherwise
/// it is null.
struct GraphRows {
  const float* x;
  std::size_t stride;
  const RowId* rows;
  const std::byte* rerank;
};

/// Sets the scales of factors: for neighbors, from a sample of the main graph's edges, and for the
/// entries of the part.
void set_scales(const Graph& graph, const GraphRows& rows, Part part, GraphModel* model);

/// The graph's nodes and their pages, in order.
struct NodePages {
  const PageId* page;
  std::int32_t slots;  // slots of each page

  NodeId id_of(std::uint32_t node) const {
    const auto n = static_cast<std::uint32_t>(slots);
    return page[node / n] * n + node % n;
  }
};

/// Puts the codes of the neighbors of the graph's node i, relative to `center` and at its scale,
/// into the blocks of the node. `scratch` has room for D floats.
void put_codes(const GraphModel& model, const Graph& graph, const GraphRows& rows, std::uint32_t i,
               const CodeCenter& center, float* scratch, std::byte* blocks);

/// Returns the flag for a node that has a duplicate, given the rerank vectors of both, or 0 if the
/// two are equal. The flag tells if they differ by rounding or by more. If two vectors of one
/// direction differ by rounding alone, they are equally far from their rerank vectors; vectors of
/// other directions hardly ever are.
std::uint8_t flag_of_duplicate(const GraphModel& model, const std::byte* rerank,
                               const std::byte* of_duplicate);

/// Writes the slot of the graph's node i. `scratch` has room for 2 D floats.
void write_slot(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                const NodePages& pages, std::uint32_t i, float* scratch, std::byte* slot);

/// The entry points of a graph: their numbers, and their vectors of D floats.
struct EntryPoints {
  std::int32_t count;
  NodeId id[kMaxEntries];
  const float* vector[kMaxEntries];
};

/// Writes the stream of a part to `out`, which has room for graph_stream_bytes(): the mean, the
/// entries and the lists.
void make_stream(const GraphModel& model, Part part, const EntryPoints& entries,
                 const ListDirectory& lists, std::byte* out);

/// Returns the entry points of a graph in memory.
EntryPoints entry_points(const Graph& graph, const GraphRows& rows, const NodePages& pages);

/// Makes `count` pages of a part's nodes in memory at `out`, from the graph's node `first` on.
/// `scratch` has room for 2 D floats for each thread.
Status make_node_pages(const GraphModel& model, Part part, const Graph& graph,
                       const GraphRows& rows, const NodePages& pages, std::uint32_t first,
                       std::uint32_t count, const ParallelOptions& parallel, float* scratch,
                       std::byte* out);

/// Copies a page without the server's header.
inline void copy_page_contents(const std::byte* from, std::byte* to) {
  constexpr std::size_t kHeader = kPayloadOffset - sizeof(PageHead);
  __builtin_memcpy(to + kHeader, from + kHeader, kPageSize - kHeader);
}

/// Returns how many of `count` pages are made in memory at a time. Threads wait for each other
/// after these pages. The pages take less memory than the construction has given back, unless it is
/// the fewest pages.
inline std::uint32_t pages_at_once(std::uint32_t count) {
  constexpr std::uint32_t kPart = 32;
  constexpr std::uint32_t kFewest = 64;
  constexpr std::uint32_t kMost = 2048;
  return std::clamp(count / kPart, kFewest, kMost);
}

/// Returns the row of node i as it is noted beside the node's code, with its flags.
inline RowId noted_row(const Graph& graph, std::uint32_t i, RowId row) {
  const std::uint8_t flags = is_duplicate(graph, i) ? kIsDuplicate : 0;
  return noted_row({row, flags, 0, graph.duplicate[i], kNodeMark});
}

/// The nodes of a graph in memory, in the form that write_node_codes() reads.
struct GraphNodes {
  const Graph& graph;
  const GraphRows& rows;
  const NodePages& pages;

  template <class Visit>
  Status each(std::uint32_t first, std::uint32_t end, const Visit& visit) const {
    for (std::uint32_t i = first; i < end; ++i) {
      const std::uint32_t row = graph.row[i];
      const RowId noted = noted_row(graph, i, rows.rows[row]);
      VECEXT_TRY(visit(pages.id_of(i), noted, rows.x + row * rows.stride));
    }
    return {};
  }
};

/// Writes the graph into new pages of a chain of its own. Sets the part and the scale of
/// model->meta that belong to these pages, and increments next_chain. The caller sets the rest of
/// the model, including its mean. Takes scratch from `arena`.
template <BulkStore B>
Status write_nodes(B& bulk, GraphModel* model, Part part, const Graph& graph, const GraphRows& rows,
                   const ParallelOptions& parallel, Arena arena) {
  GraphMeta& meta = model->meta;
  GraphPart& made_part = meta.parts[part];
  made_part.entries = static_cast<std::uint32_t>(graph.entry_count);
  made_part.nodes = graph.nodes;
  made_part.chain = meta.head.next_chain++;
  const auto slots = static_cast<std::uint32_t>(model->layout.slots);
  const std::uint32_t count = (graph.nodes + slots - 1) / slots;
  ListEnds lists{};
  if (!plan_lists(graph, part, arena, model, &lists)) {
    return out_of_memory();
  }
  ListDirectory directory;
  const std::size_t stream_size = graph_stream_bytes(*model, part);
  auto* page = arena.array<PageId>(count);
  auto* stream = arena.array<std::byte>(stream_size);
  const std::uint32_t at_once = pages_at_once(count);
  auto* made = arena.array<std::byte>(static_cast<std::size_t>(at_once) * kPageSize);
  auto* scratch = arena.array<float>(static_cast<std::size_t>(parallel.threads) * 2 *
                                     static_cast<std::size_t>(model->dims()));
  if (page == nullptr || stream == nullptr || made == nullptr || scratch == nullptr ||
      !directory.reserve(*model, part, arena)) {
    return out_of_memory();
  }
  // Nodes contain the numbers of nodes on earlier and on later pages, so all pages are added first.
  for (std::uint32_t i = 0; i < count; ++i) {
    VECEXT_TRY(bulk.reserve(&page[i], PageKind::kNodes, made_part.chain));
  }
  const NodePages pages{page, model->layout.slots};
  set_scales(graph, rows, part, model);
  for (std::uint32_t done = 0; done < count; done += at_once) {
    const std::uint32_t now = std::min(at_once, count - done);
    VECEXT_TRY(make_node_pages(*model, part, graph, rows, pages, done * slots, now, parallel,
                               scratch, made));
    for (std::uint32_t i = 0; i < now; ++i) {
      std::byte* bytes;
      VECEXT_TRY(bulk.fill(page[done + i], &bytes));
      copy_page_contents(made + static_cast<std::size_t>(i) * kPageSize, bytes);
    }
  }
  const GraphNodes nodes{graph, rows, pages};
  VECEXT_TRY(write_node_codes(bulk, model, part, lists, nodes, CodeRecords::kOfNodes, &directory));
  make_stream(*model, part, entry_points(graph, rows, pages), directory, stream);
  return write_stream(bulk, stream, stream_size, meta.head.next_chain++, &made_part.model);
}

/// Begins a new index by adding its meta page, which finish_graph() fills. The bulk store must be
/// empty. The caller has set model->meta except for its head and parts, and the mean.
template <BulkStore B>
Status begin_graph(B& bulk, GraphModel* model) {
  model->meta.head = meta_head(MetaKind::kGraph);
  model->meta.head.next_chain = 1;
  model->meta.parts[kDelta] = {};
  PageId page;
  std::byte* bytes;
  const Status status = bulk.add(&page, &bytes);
  bulk.end_change();
  return status;
}

/// Completes a new index whose main graph is written: adds the first page of pending rows.
template <BulkStore B>
Status finish_graph(B& bulk, GraphModel* model) {
  GraphMeta& meta = model->meta;
  std::byte* bytes;
  PageId last = kNoPage;
  Status status =
      add_to_chain(bulk, PageKind::kPending, 0, chain_of_writer(kNoWriter), &last, &bytes);
  if (status.ok()) {
    set_pending_scale(bytes, meta.parts[kMain].entry_scale);
    status = bulk.change(kMetaPage, &bytes);
  }
  if (!status.ok()) {
    return status;
  }
  meta.pending = meta.pending_tail = last;
  meta.pending_pages = 1;
  init_page(bytes, PageKind::kMeta, 0, 0);
  *graph_meta_of(bytes) = meta;
  bulk.end_change();
  return {};
}

/// Writes a new index for a graph in memory.
template <BulkStore B>
Status write_graph(B& bulk, GraphModel* model, const Graph& graph, const GraphRows& rows,
                   const ParallelOptions& parallel, Arena arena) {
  VECEXT_TRY(begin_graph(bulk, model));
  VECEXT_TRY(write_nodes(bulk, model, kMain, graph, rows, parallel, arena));
  return finish_graph(bulk, model);
}

}  // namespace vecext
