// What every search of a graph needs besides its pages: a copy of the meta page, the mean of the
// rows, and the entry points with their codes. Current as long as the meta page's `changes` is the
// model's.
//
//   stream  0        4 D           4 D + 128 e
//           | mean f4 | e x 32 entries u4 | e blocks of codes and factors (node_page.h) |
//
// with e = the entries / 32, rounded up; codes are relative to the origin of the space, the mean. A
// plain graph has neither mean nor codes, and at least one e.
//
// A graph is plain where there are no codes for its metric: its nodes have their vectors as the
// column has them (packed_page.h), and keys are the operator's distances.
#pragma once

#include "core/base/arena.h"
#include "core/page/fresh_page.h"
#include "core/page/graph_meta_page.h"
#include "core/page/packed_page.h"
#include "core/page/store.h"
#include "core/page/stream.h"
#include "core/quant/codec.h"
#include "core/quant/own_vector.h"
#include "core/quant/space.h"
#include "core/quant/vector_distance.h"

namespace vecext {

struct GraphModel {
  GraphMeta meta;
  Codec codec;
  Space space;
  NodeLayout layout;
  FreshLayout fresh;
  const NodeId* entries;          // a multiple of 32; kNoNode where there is none
  const std::byte* entry_blocks;  // a block for 32 of them
  // Of a plain graph; layout and fresh have only counts then.
  RecordForm node;
  RecordForm fresh_record;
  VectorDistance distance;

  bool is_plain() const { return vecext::is_plain(meta); }
  std::int32_t dims() const { return meta.rotated; }
  Own own() const { return static_cast<Own>(meta.own); }
  Metric metric() const { return static_cast<Metric>(meta.metric); }
  Element element() const { return static_cast<Element>(meta.element); }
  std::int32_t entry_block_count() const {
    return static_cast<std::int32_t>((meta.entries + kBlockLanes - 1) / kBlockLanes);
  }
  CodeBlock<const std::byte> entry_block(std::int32_t i) const {
    return {entry_blocks + static_cast<std::size_t>(i) * layout.block_bytes(),
            16 * static_cast<std::size_t>(layout.groups)};
  }
};

/// Vectors of more dimensions have no codes: node and codes would not fit a page.
inline constexpr std::int32_t kMaxCodedDims = 7000;

/// Chooses how a graph of m = meta->m over vectors of meta->dims dimensions lies in pages: sets
/// rotated, degree, own and coded. False where not even one node fits its pages.
bool plan_graph(GraphMeta* meta);

/// Sets what follows from model->meta alone: codec, layouts, and the space but for its mean.
void derive(GraphModel* model);

/// Is there a distance for its operator class, and do its records fit pages?
bool has_plain_form(const GraphModel& model);

/// Bytes of the stream of a model with so many entries.
std::size_t graph_stream_bytes(const GraphModel& model);

/// Takes mean and entries from the stream's bytes, aligned to 4; after derive().
void set_stream(GraphModel* model, const std::byte* stream);

template <PageStore S>
Status read_graph_meta(S& store, GraphMeta* meta) {
  return store.read(kGraphMetaPage, [meta](const std::byte* page) {
    const Status status = check_graph_meta_page(page);
    if (status.ok()) {
      *meta = *graph_meta_of(page);
    }
    return status;
  });
}

/// Loads the model into memory of `arena`, as it is at one moment.
template <PageStore S>
Status load_graph(S& store, Arena arena, GraphModel* model) {
  for (;;) {
    if (const Status status = read_graph_meta(store, &model->meta); !status.ok()) {
      return status;
    }
    derive(model);
    if (model->is_plain() && !has_plain_form(*model)) {
      return {.code = StatusCode::kCorrupt};
    }
    const std::size_t bytes = graph_stream_bytes(*model);
    auto* stream = arena.array<std::byte>(bytes);
    auto* pages = arena.array<PageId>(stream_pages(bytes));
    if (stream == nullptr || pages == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    const Status read = read_stream(store, model->meta.model, bytes, stream, pages);
    GraphMeta now;
    if (const Status status = read_graph_meta(store, &now); !status.ok()) {
      return status;
    }
    if (now.changes == model->meta.changes) {
      set_stream(model, stream);
      return read;
    }
    store.poll();
  }
}

}  // namespace vecext
