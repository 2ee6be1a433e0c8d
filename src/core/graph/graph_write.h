// Writing a graph that was constructed in memory into pages: those of its nodes, and the stream of
// mean and entries.
#pragma once

#include "core/cluster/threads.h"
#include "core/graph/construct.h"
#include "core/graph/graph_model.h"

namespace vecext {

/// The rows of a graph: vectors in its space, D floats each `stride` floats after the one before,
/// what they are called, and, where they come from an index, own vectors of layout.own_bytes to be
/// taken over; else null.
struct GraphRows {
  const float* x;
  std::size_t stride;
  const RowId* rows;
  const std::byte* own;
};

/// Sets the scales of factors from a sample of the graph's edges and from its entries.
void set_scales(const Graph& graph, const GraphRows& rows, GraphModel* model);

/// The graph's nodes and their pages, in order.
struct NodePages {
  const PageId* page;
  std::int32_t slots;  // of each

  NodeId id_of(std::uint32_t node) const {
    const auto n = static_cast<std::uint32_t>(slots);
    return page[node / n] * n + node % n;
  }
};

/// Writes the slot of the graph's node i. `scratch` is for D floats.
void write_slot(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                const NodePages& pages, std::uint32_t i, float* scratch, std::byte* slot);

/// The stream of the model: mean and the graph's entries, coded. `out` has graph_stream_bytes();
/// `scratch` is for D floats.
void make_stream(const GraphModel& model, const float* mean, const Graph& graph,
                 const GraphRows& rows, const NodePages& pages, float* scratch, std::byte* out);

/// Makes `count` pages of nodes from the graph's node `first` on, in memory.
void make_node_pages(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                     const NodePages& pages, std::uint32_t first, std::int32_t count,
                     std::int32_t threads, float* scratch, std::byte* out);

/// Copies a page, less the server's header.
inline void take_page(const std::byte* from, std::byte* to) {
  constexpr std::size_t kHeader = kPayloadOffset - sizeof(PageHead);
  __builtin_memcpy(to + kHeader, from + kHeader, kPageSize - kHeader);
}

/// Pages made in memory at a time.
inline constexpr std::int32_t kPagesAtOnce = 64;

/// Writes the graph into pages of a chain of its own that nobody knows of yet, and sets the fields
/// of model->meta that lead there: chain, nodes, entries, scales, model; counts up next_chain. The
/// rest of the model, its mean among it, is the caller's. Scratch from `arena`.
template <BulkStore B>
Status write_nodes(B& bulk, GraphModel* model, const Graph& graph, const GraphRows& rows,
                   std::int32_t threads, Arena arena) {
  GraphMeta& meta = model->meta;
  meta.entries = static_cast<std::uint32_t>(graph.entry_count);
  meta.nodes = graph.nodes;
  meta.chain = meta.next_chain++;
  const auto slots = static_cast<std::uint32_t>(model->layout.slots);
  const std::uint32_t count = (graph.nodes + slots - 1) / slots;
  const std::size_t stream_size = graph_stream_bytes(*model);
  auto* page = arena.array<PageId>(count);
  auto* stream = arena.array<std::byte>(stream_size);
  auto* made = arena.array<std::byte>(static_cast<std::size_t>(kPagesAtOnce) * kPageSize);
  auto* scratch = arena.array<float>(static_cast<std::size_t>(threads) *
                                     static_cast<std::size_t>(model->dims()));
  if (page == nullptr || stream == nullptr || made == nullptr || scratch == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  // Nodes name others on pages before and behind: all pages come first.
  std::byte* bytes;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const Status status = bulk.add(&page[i], &bytes); !status.ok()) {
      return status;
    }
    init_page(bytes, PageKind::kNodes, 0, meta.chain);
  }
  const NodePages pages{page, model->layout.slots};
  set_scales(graph, rows, model);
  for (std::uint32_t done = 0; done < count; done += kPagesAtOnce) {
    const auto left = static_cast<std::int32_t>(count - done);
    const std::int32_t part = left < kPagesAtOnce ? left : kPagesAtOnce;
    make_node_pages(*model, graph, rows, pages, done * slots, part, threads, scratch, made);
    for (std::int32_t i = 0; i < part; ++i) {
      if (const Status status = bulk.change(page[done + static_cast<std::uint32_t>(i)], &bytes);
          !status.ok()) {
        return status;
      }
      take_page(made + static_cast<std::size_t>(i) * kPageSize, bytes);
    }
  }
  make_stream(*model, model->space.mean, graph, rows, pages, scratch, stream);
  return write_stream(bulk, stream, stream_size, meta.next_chain++, &meta.model);
}

/// Writes the pages of a new index; those of nodes and the stream by write(), a Status.
template <BulkStore B, class Write>
Status write_index_pages(B& bulk, GraphModel* model, const Write& write) {
  GraphMeta& meta = model->meta;
  meta.next_chain = 1;
  PageId page;
  std::byte* bytes;
  if (const Status status = bulk.add(&page, &bytes); !status.ok()) {
    return status;
  }
  PageId last = kNoPage;
  if (const Status status =
          add_to_chain(bulk, PageKind::kFresh, 0, meta.next_chain++, &last, &bytes);
      !status.ok()) {
    return status;
  }
  meta.fresh = meta.fresh_tail = last;
  meta.fresh_pages = 1;
  if (const Status status = write(); !status.ok()) {
    return status;
  }
  if (const Status status = bulk.change(kGraphMetaPage, &bytes); !status.ok()) {
    return status;
  }
  init_page(bytes, PageKind::kGraphMeta, 0, 0);
  *graph_meta_of(bytes) = meta;
  return {};
}

/// Writes a new index; the bulk store must be empty. model->meta and the space's mean are the
/// caller's.
template <BulkStore B>
Status write_graph(B& bulk, GraphModel* model, const Graph& graph, const GraphRows& rows,
                   std::int32_t threads, Arena arena) {
  return write_index_pages(bulk, model,
                           [&] { return write_nodes(bulk, model, graph, rows, threads, arena); });
}

}  // namespace vecext
