// Writing a flat graph that was constructed in memory into pages.
#pragma once

#include "core/graph/construct/construct.h"
#include "core/graph/format/graph_write.h"
#include "core/graph/format/flat_record.h"
#include "core/graph/flat/sketch.h"

namespace vecext {

/// Where the nodes of a flat graph are in its pages.
struct FlatPages {
  const NodeId* id;    // of node i
  const PageId* rest;  // page with the rest of node i if its record is long; 0 for others
};

/// Writes the record of node i to `out`, which has room for kLongestRecord bytes. Returns the
/// record's bytes.
std::size_t make_node_record(const GraphModel& model, const Graph& graph, const FlatRows& rows,
                             const FlatPages& pages, std::uint32_t i, std::byte* out);

/// Writes the stream of the model to `out`, which has room for graph_stream_bytes(). The stream has
/// the graph's entries, the mean of the sketches, and the lists of the sketches.
void make_flat_stream(const GraphModel& model, const Graph& graph, const FlatPages& pages,
                      const Sketches& sketches, const ListDirectory& lists, std::byte* out);

/// The nodes of a flat graph for write_node_codes(), which writes the codes of their sketches.
/// Their vectors are the sketches, rotated into the space of lists.
struct SketchNodes {
  const Graph& graph;
  const FlatRows& rows;
  const FlatPages& pages;
  const float* sketches;
  std::size_t floats;  // of a sketch
  Rotation rotation;
  float* rotated;  // room for a sketch

  template <class Visit>
  Status each(std::uint32_t first, std::uint32_t end, const Visit& visit) const {
    for (std::uint32_t i = first; i < end; ++i) {
      const std::uint32_t row = graph.row[i];
      const RowId noted = noted_row(graph, i, rows.rows[row]);
      std::fill_n(std::copy_n(sketches + row * floats, floats, rotated),
                  static_cast<std::size_t>(rotation.dims) - floats, 0.0F);
      rotate(rotation, rotated);
      VECEXT_TRY(visit(pages.id[i], noted, rotated));
    }
    return {};
  }
};

/// The lists of a flat graph's sketches while they are written.
struct SketchLists {
  GraphModel model;
  ListEnds ends;
  ListDirectory directory;
};

/// Plans the lists, and sets the number of lists in `model`. Returns false if memory runs out.
bool plan_sketch_lists(const Graph& graph, Arena arena, GraphModel* model, SketchLists* lists);

/// Writes the codes of the sketches into a chain of their own.
template <BulkStore B>
Status write_sketch_lists(B& bulk, const Graph& graph, const FlatRows& rows, const FlatPages& pages,
                          const float* sketches, Arena arena, GraphModel* model,
                          SketchLists* lists) {
  const Rotation& rotation = lists->model.transform.rotation;
  auto* rotated = arena.array<float>(static_cast<std::size_t>(rotation.dims));
  if (rotated == nullptr) {
    return out_of_memory();
  }
  const auto floats = static_cast<std::size_t>(sketch_floats(model->meta));
  const SketchNodes nodes{graph, rows, pages, sketches, floats, rotation, rotated};
  GraphMeta& meta = lists->model.meta;
  meta.head.next_chain = model->meta.head.next_chain;
  const Status status = write_node_codes(bulk, &lists->model, kMain, lists->ends, nodes,
                                         CodeRecords::kNone, &lists->directory);
  model->meta.head.next_chain = meta.head.next_chain;
  model->meta.lists[kMain] = meta.lists[kMain];
  model->meta.parts[kMain].rows = meta.parts[kMain].rows;
  return status;
}

/// Adds pages for all nodes, each for as many records as fit. Sets id[i] and rest[i] as FlatPages
/// has them.
template <BulkStore B>
Status place_nodes(B& bulk, const GraphModel& model, const Graph& graph, const FlatRows& rows,
                   NodeId* id, PageId* rest) {
  PageId page = kNoPage;
  std::size_t left = 0;
  std::int32_t slot = 0;
  for (std::uint32_t i = 0; i < graph.nodes; ++i) {
    const std::size_t bytes = model.node.bytes(rows.bytes(graph.row[i]));
    std::byte* made;
    if (left < bytes + kOffsetBytes || slot == model.layout.slots) {
      VECEXT_TRY(bulk.add(&page, &made));
      init_page(made, PageKind::kNodes, 0, model.meta.parts[kMain].chain);
      left = kPayloadSize;
      slot = 0;
    }
    rest[i] = 0;
    if (bytes > kFirstPart) {
      VECEXT_TRY(bulk.add(&rest[i], &made));
      init_page(made, PageKind::kRest, 0, model.meta.parts[kMain].chain);
      left = 0;
    } else {
      left -= bytes + kOffsetBytes;
    }
    id[i] = model.layout.id_of(page, slot++);
  }
  return {};
}

/// Writes the graph's nodes, the lists of their sketches and the stream, as write_nodes() does for
/// a graph with codes.
template <BulkStore B>
Status write_flat_nodes(B& bulk, GraphModel* model, const Graph& graph, const FlatRows& rows,
                        const Sketches& sketches, Arena arena) {
  GraphMeta& meta = model->meta;
  GraphPart& part = meta.parts[kMain];
  part.entries = static_cast<std::uint32_t>(graph.entry_count);
  part.nodes = graph.nodes;
  part.chain = meta.head.next_chain++;
  part.rows = kNoPage;
  meta.scale = part.entry_scale = 1;
  if (rows.n > 0) {
    meta.rotated = static_cast<std::int32_t>(rows.begin[rows.n] / rows.n);
  }
  SketchLists lists;
  if (!plan_sketch_lists(graph, arena, model, &lists)) {
    return out_of_memory();
  }
  const std::size_t stream_size = graph_stream_bytes(*model, kMain);
  auto* id = arena.array<NodeId>(graph.nodes);
  auto* rest = arena.array<PageId>(graph.nodes);
  auto* stream = arena.array<std::byte>(stream_size);
  auto* record = arena.array<std::byte>(kLongestRecord);
  auto* rest_page = arena.array<std::byte>(kPageSize);
  if (id == nullptr || rest == nullptr || stream == nullptr || record == nullptr ||
      rest_page == nullptr) {
    return out_of_memory();
  }
  // Nodes contain the numbers of nodes on earlier and on later pages, so all pages are added first.
  VECEXT_TRY(place_nodes(bulk, *model, graph, rows, id, rest));
  const FlatPages pages{id, rest};
  PageId page = kNoPage;
  std::byte* bytes = nullptr;
  for (std::uint32_t i = 0; i < graph.nodes; ++i) {
    if (model->layout.page_of(id[i]) != page) {
      page = model->layout.page_of(id[i]);
      VECEXT_TRY(bulk.change(page, &bytes));
    }
    const std::size_t size = make_node_record(*model, graph, rows, pages, i, record);
    if (rest[i] == 0) {
      put_record(bytes, record, size);
      continue;
    }
    put_long_record(bytes, record, size, rest_page, rest[i]);
    VECEXT_TRY(bulk.change(rest[i], &bytes));
    copy_page_contents(rest_page, bytes);
  }
  const Status written =
      write_sketch_lists(bulk, graph, rows, pages, sketches.x, arena, model, &lists);
  if (!written.ok()) {
    return written;
  }
  make_flat_stream(*model, graph, pages, sketches, lists.directory, stream);
  return write_stream(bulk, stream, stream_size, meta.head.next_chain++, &part.model);
}

/// Writes a new index; the bulk store must be empty. The caller has set model->meta.
template <BulkStore B>
Status write_flat_graph(B& bulk, GraphModel* model, const Graph& graph, const FlatRows& rows,
                        const Sketches& sketches, Arena arena) {
  VECEXT_TRY(begin_graph(bulk, model));
  VECEXT_TRY(write_flat_nodes(bulk, model, graph, rows, sketches, arena));
  return finish_graph(bulk, model);
}

}  // namespace vecext
