// The model of a graph's index: what every search needs besides the pages of nodes. It is a copy of
// the meta page, the mean of the rows, and the entry points with their codes. It is current as long
// as its `changes` equals that of the meta page.
//
// Each graph has a stream. The mean in every stream is the mean of the main graph.
//
//   stream  0        4 D           4 D + 128 e
//           | mean f4 | e x 32 entries u4 | e blocks of codes and factors (node_page.h) | lists |
//
//   lists   0               8 n + 8         8 n + 8 + 4 p
//           | n + 1 ListHead | p x page u4 | n x center: rerank vector | n / 32 blocks of centers |
//
// with e = the entries / 32, rounded up, n lists, p pages of codes of nodes; codes are relative to
// the origin of model space, the mean. The last ListHead has the number of blocks.
//
// A flat graph has codes in lists alone, which are codes of sketches (sketch_model.h). Its e is at
// least 1. If it has lists, the mean of the sketches and their unit come before the lists:
//
//   stream  0                 128 e     128 e + 4 D
//           | e x 32 entries u4 | mean f4 | unit f4     | lists |
//
// A graph is flat if its type, metric or dimensions have no codes: its nodes have their vectors as
// the column has them (packed_page.h), and scores are the operator's distances.
#pragma once

#include "core/graph/format/row_nodes.h"
#include "core/page/pending_page.h"
#include "core/page/graph_meta_page.h"
#include "core/page/node_records_page.h"
#include "core/page/packed_page.h"
#include "core/page/store.h"
#include "core/page/stream.h"
#include "core/quant/codec.h"
#include "core/quant/rerank_vector.h"
#include "core/quant/transform.h"
#include "core/quant/vector_distance.h"

namespace vecext {

/// The entry points of a graph.
struct EntryTable {
  const NodeId* nodes;      // their number is a multiple of 32; unused places have kNoNode
  const std::byte* blocks;  // a block for each 32 entries
  std::int32_t block_count;
};

/// A list of nodes. The codes of its nodes are in the blocks from its first block up to the first
/// block of the next list.
struct ListHead {
  std::uint32_t block;  // its first block
  float scale;          // scale of factors of codes relative to the center
};

/// The lists of a part's nodes. A search compares the codes of the lists that are near.
struct NodeLists {
  std::uint32_t count;
  const ListHead* heads;     // one for each list, and one more
  const PageId* pages;       // of blocks; each page but the last has as many as fit
  const std::byte* centers;  // rerank vectors of layout.rerank_bytes
  const std::byte* blocks;   // a block for each 32 centers
  bool are_wide;             // nodes are much farther from their center than from their neighbors

  std::uint32_t end(std::uint32_t list) const { return heads[list + 1].block; }
  std::uint32_t blocks_of(std::uint32_t list) const { return end(list) - heads[list].block; }
};

/// Where the codes of a part's nodes lie.
struct NodeCodes {
  const PageId* pages;  // each page but the last has as many blocks as fit
  const NodeId* first;  // first node of each block; its other nodes have the next numbers; kNoNode
                        // if they do not
  std::int32_t blocks;  // 0 if the nodes have no codes
  std::int32_t last_lanes;  // lanes in use in the last block
  const PageId* records;    // pages that have the same codes one by one; null if there are none, or
                            // nodes are not in order
  std::uint32_t page_count;
  std::uint32_t record_count;  // of records' pages
};

/// The rows that the nodes of a graph have, and where the codes of nodes lie. Only searches for the
/// rows of a set need these.
struct GraphNodeRows {
  NodeRows rows;       // of both parts
  RowNodes by_row;     // the nodes of each row, the inverse of `rows`
  NodeCodes codes[2];  // of each part

  /// Serves to make an image (core/base/image.h).
  template <class Visit>
  void each_array(const Visit& visit) {
    visit(&rows.row, std::size_t{rows.end});
    by_row.each_array(visit);
    for (NodeCodes& of_part : codes) {
      visit(&of_part.pages, std::size_t{of_part.page_count});
      visit(&of_part.first, static_cast<std::size_t>(of_part.blocks));
      visit(&of_part.records, std::size_t{of_part.record_count});
    }
  }
};

/// All that a model is made of: the streams of a graph, and the meta page that they belong to.
struct GraphStreams {
  GraphMeta meta;
  const std::byte* of_part[2];  // null for a part that does not exist
  std::size_t bytes[2];

  /// Serves to make an image (core/base/image.h).
  template <class Visit>
  void each_array(const Visit& visit) {
    visit(&of_part[kMain], bytes[kMain]);
    visit(&of_part[kDelta], bytes[kDelta]);
  }
};

struct GraphModel : GraphNodeRows {
  GraphMeta meta;
  Codec codec;
  VectorTransform transform;
  NodeLayout layout;
  PendingLayout pending;
  const std::byte* streams[2];  // by part; `entries` and `lists` point into them
  EntryTable entries[2];        // by part
  NodeLists lists[2];           // by part
  // These are for a flat graph. In a flat graph `pending` has only counts, and `layout` has only
  // counts and the sizes of lists.
  RecordForm node;
  RecordForm pending_record;
  VectorDistance distance;
  const float* sketch_mean;  // null if there are no lists
  float sketch_unit;         // what sketches are multiplied by (sketch.h)

  bool is_flat() const { return vecext::is_flat(meta); }
  std::int32_t dims() const { return meta.rotated; }
  Rerank rerank() const { return static_cast<Rerank>(meta.rerank); }
  Metric metric() const { return static_cast<Metric>(meta.metric); }
  Element element() const { return static_cast<Element>(meta.element); }
  CodeBlock<const std::byte> entry_block(Part part, std::int32_t i) const {
    return {entries[part].blocks + static_cast<std::size_t>(i) * layout.block_bytes(),
            code_bytes()};
  }
  CodeBlock<const std::byte> center_block(Part part, std::uint32_t i) const {
    return {lists[part].blocks + i * layout.block_bytes(), code_bytes()};
  }
  const std::byte* center(Part part, std::uint32_t list) const {
    return lists[part].centers + list * layout.rerank_bytes;
  }
  /// Returns the bytes of the codes of 32 nodes.
  std::size_t code_bytes() const { return 16 * static_cast<std::size_t>(layout.groups); }
  NodeRecordsLayout records_layout() const { return node_records_layout(layout.groups); }
  /// True if all nodes have codes in blocks of pages of their own.
  bool has_codes() const {
    return codes[kMain].blocks > 0 && (meta.parts[kDelta].chain == 0 || codes[kDelta].blocks > 0);
  }
  /// True if all nodes have codes one by one, too.
  bool has_records() const {
    return codes[kMain].records != nullptr &&
           (meta.parts[kDelta].chain == 0 || codes[kDelta].records != nullptr);
  }
  /// Returns the number of nodes of both graphs.
  std::uint32_t nodes() const { return meta.parts[kMain].nodes + meta.parts[kDelta].nodes; }
};

/// Vectors of more dimensions than this have no codes: a node with its codes would not fit in a
/// page.
inline constexpr std::int32_t kMaxCodedDims = 7000;

/// Returns how many dimensions model space has for vectors of `dims` dimensions. These vectors are
/// extended by zeros, which take part in the rotation, so that the codes of the added dimensions
/// carry information, too.
std::int32_t padded_dims(std::int32_t dims);

/// Plans the layout of a graph of m = meta->m over vectors of meta->dims dimensions: sets rotated,
/// degree, rerank and coded. Returns false if not even one node fits in a page.
bool plan_graph(GraphMeta* meta);

/// Returns the pages of a new index of `rows` rows, as plan_graph() has planned it: all pages
/// except the pages of key columns and of the directory of its lists, which depends on the rows
/// (README.md). All elements must have the same size.
double graph_pages(const GraphMeta& meta, double rows);

/// Sets what follows from model->meta alone: the codec, the layouts, and the transform without its
/// mean.
void derive(GraphModel* model);

/// True if model space has the number of dimensions that the dimensions of the column require.
/// For a flat graph, true if its operator class has a distance and its records fit in pages.
bool has_sound_form(const GraphModel& model);

/// Returns the bytes of the stream of a part.
std::size_t graph_stream_bytes(const GraphModel& model, Part part);

/// Sets the entries and the lists from the bytes of the part's stream, and for the main graph the
/// mean. The bytes are aligned to 4, and the model keeps pointers to them. Call it after derive().
void set_stream(GraphModel* model, Part part, const std::byte* stream);

/// Returns what the loaded model was made of.
GraphStreams streams_of(const GraphModel& model);

/// Makes a model from streams that were loaded before. The model has no rows of nodes.
void set_streams(const GraphStreams& streams, GraphModel* model);

/// True if the blocks of the lists follow each other, and the pages have that number of blocks.
bool has_sound_lists(const GraphModel& model, Part part);

template <PageStore S>
Status read_graph_meta(S& store, GraphMeta* meta) {
  return store.read(kMetaPage, [meta](const std::byte* page) {
    const Status status = check_graph_meta_page(page);
    if (status.ok()) {
      *meta = *graph_meta_of(page);
    }
    return status;
  });
}

/// Loads the stream of a graph.
template <PageStore S>
Status load_part(S& store, Part part, Arena arena, GraphModel* model) {
  const std::size_t bytes = graph_stream_bytes(*model, part);
  auto* stream = arena.array<std::byte>(bytes);
  auto* pages = arena.array<PageId>(stream_pages(bytes));
  if (stream == nullptr || pages == nullptr) {
    return out_of_memory();
  }
  const Status status = read_stream(store, model->meta.parts[part].model, bytes, stream, pages);
  set_stream(model, part, stream);
  return status.ok() && !has_sound_lists(*model, part) ? corrupt() : status;
}

/// Loads the model into memory of `arena`. It is the model of one moment, even if the index changes
/// meanwhile.
template <PageStore S>
Status load_graph(S& store, Arena arena, GraphModel* model) {
  for (;;) {
    VECEXT_TRY(read_graph_meta(store, &model->meta));
    derive(model);
    if (!has_sound_form(*model)) {
      return corrupt();
    }
    Status read = load_part(store, kMain, arena, model);
    if (read.ok() && model->meta.parts[kDelta].chain != 0) {
      read = load_part(store, kDelta, arena, model);
    }
    GraphMeta now;
    VECEXT_TRY(read_graph_meta(store, &now));
    if (now.head.changes == model->meta.head.changes) {
      return read;
    }
    store.poll();
  }
}

}  // namespace vecext
