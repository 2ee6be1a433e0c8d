// Writing the index of a graph that was constructed in memory: meta page, stream of mean and
// entries, the first page of fresh rows, and then all nodes, page after page in their order.
#pragma once

#include "core/cluster/threads.h"
#include "core/graph/construct.h"
#include "core/graph/graph_model.h"

namespace vecext {

/// The rows of a graph: vectors in its space, D floats each `stride` floats after the one before,
/// and what they are called.
struct GraphRows {
  const float* x;
  std::size_t stride;
  const RowId* rows;
};

/// Sets the scales of factors from a sample of the graph's edges and from its entries.
void set_scales(const Graph& graph, const GraphRows& rows, GraphModel* model);

/// Writes the slot of the graph's node i, whose number in pages is base + i. `scratch` is for D
/// floats.
void write_slot(const GraphModel& model, const Graph& graph, const GraphRows& rows, std::uint32_t i,
                NodeId base, float* scratch, std::byte* slot);

/// The stream of the model: mean and the graph's entries, coded. `out` has graph_stream_bytes();
/// `scratch` is for D floats.
void make_stream(const GraphModel& model, const float* mean, const Graph& graph,
                 const GraphRows& rows, NodeId base, float* scratch, std::byte* out);

/// Makes `count` pages of nodes from the graph's node `first` on, in memory.
void make_node_pages(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                     std::uint32_t first, std::int32_t count, std::int32_t threads, float* scratch,
                     std::byte* pages);

/// Copies a page, less the server's header.
inline void take_page(const std::byte* from, std::byte* to) {
  constexpr std::size_t kHeader = kPayloadOffset - sizeof(PageHead);
  __builtin_memcpy(to + kHeader, from + kHeader, kPageSize - kHeader);
}

/// Pages made in memory at a time.
inline constexpr std::int32_t kPagesAtOnce = 64;

/// Writes all; the bulk store must be empty. model->meta and the space's mean are the caller's, the
/// rest of the model is set here. Scratch from `arena`.
template <BulkStore B>
Status write_graph(B& bulk, GraphModel* model, const Graph& graph, const GraphRows& rows,
                   std::int32_t threads, Arena arena) {
  GraphMeta& meta = model->meta;
  meta.entries = static_cast<std::uint32_t>(graph.entry_count);
  meta.nodes = graph.nodes;
  meta.next_chain = 1;
  PageId page;
  std::byte* bytes;
  if (const Status status = bulk.add(&page, &bytes); !status.ok()) {
    return status;
  }
  const std::size_t stream_size = graph_stream_bytes(*model);
  const auto workers = static_cast<std::size_t>(threads);
  auto* stream = arena.array<std::byte>(stream_size);
  auto* pages = arena.array<std::byte>(static_cast<std::size_t>(kPagesAtOnce) * kPageSize);
  auto* scratch = arena.array<float>(workers * static_cast<std::size_t>(model->dims()));
  if (stream == nullptr || pages == nullptr || scratch == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const auto slots = static_cast<std::uint32_t>(model->layout.slots);
  meta.first = 1 + static_cast<PageId>(stream_pages(stream_size)) + 1;
  meta.pages = (graph.nodes + slots - 1) / slots;
  const NodeId base = model->layout.id_of(meta.first, 0);
  set_scales(graph, rows, model);
  make_stream(*model, model->space.mean, graph, rows, base, scratch, stream);
  if (const Status status = write_stream(bulk, stream, stream_size, meta.next_chain++, &meta.model);
      !status.ok()) {
    return status;
  }
  PageId last = kNoPage;
  if (const Status status =
          add_to_chain(bulk, PageKind::kFresh, 0, meta.next_chain++, &last, &bytes);
      !status.ok()) {
    return status;
  }
  meta.fresh = meta.fresh_tail = last;
  for (std::uint32_t done = 0; done < meta.pages; done += kPagesAtOnce) {
    const auto left = static_cast<std::int32_t>(meta.pages - done);
    const std::int32_t count = left < kPagesAtOnce ? left : kPagesAtOnce;
    make_node_pages(*model, graph, rows, done * slots, count, threads, scratch, pages);
    for (std::int32_t i = 0; i < count; ++i) {
      if (const Status status = bulk.add(&page, &bytes); !status.ok()) {
        return status;
      }
      take_page(pages + static_cast<std::size_t>(i) * kPageSize, bytes);
    }
  }
  if (const Status status = bulk.change(kGraphMetaPage, &bytes); !status.ok()) {
    return status;
  }
  init_page(bytes, PageKind::kGraphMeta, 0, 0);
  *graph_meta_of(bytes) = meta;
  return {};
}

}  // namespace vecext
