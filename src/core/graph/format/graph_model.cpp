#include "core/graph/format/sketch_model.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/page/node_codes_page.h"

namespace vecext {

namespace {

/// Rerank vectors have halves up to this many dimensions, and bytes beyond (measured on real data:
/// with halves, searches make 8 % fewer visits at recall .95; with bytes, a page has room for one
/// more wide node).
constexpr std::int32_t kHalfDims = 200;

/// Dimensions are rounded up to a multiple of this: for GloVe-100, 112 dimensions instead of 100
/// save a sixth of the visits.
constexpr std::int32_t kDimsStep = 16;

/// At least this many tenths of the dimensions have codes. With nine tenths searches make hardly
/// more visits than with all; with half of the dimensions they make twice as many.
constexpr std::int32_t kFewestTenths = 9;

/// Returns the most dimensions, a multiple of 16, whose codes fit if a page has `slots` slots. The
/// result may be negative.
std::int32_t coded_dims(const GraphMeta& meta, std::int32_t slots) {
  const NodeLayout bare = node_layout(graph_rerank_bytes(meta), meta.degree, 0);
  const auto room = static_cast<std::int32_t>(kPayloadSize) / slots;
  const std::int32_t left = room - static_cast<std::int32_t>(bare.slot_bytes);
  const std::int32_t coded = left * 8 / meta.degree / kDimsStep * kDimsStep;
  return coded < meta.rotated ? coded : meta.rotated;
}

/// The elements of a node's neighbors lie beside the node if the node then takes at most this many
/// bytes.
constexpr std::size_t kMostBeside = kPayloadSize / 2;

/// The bytes that a sparse vector is assumed to have before any vector was added.
constexpr std::int32_t kUsualSparse = 1000;

bool has_no_codes(Element element, Metric metric, std::int32_t dims) {
  return element == Element::kBit || element == Element::kSparse || metric == Metric::kL1 ||
         dims > kMaxCodedDims;
}

/// Returns how many bytes each element has, or 0 if elements differ in size.
std::size_t element_bytes(const GraphMeta& meta) {
  const auto element = static_cast<Element>(meta.element);
  return element == Element::kSparse ? 0 : stored_bytes(element, meta.dims);
}

bool plan_flat(GraphMeta* meta) {
  const std::size_t bytes = element_bytes(*meta);
  const bool is_small = static_cast<Element>(meta->element) == Element::kBit &&
                        node_form(bytes, meta->degree, true).bytes(bytes) <= kMostBeside;
  meta->rerank = 0;
  meta->rotated = bytes != 0 ? static_cast<std::int32_t>(bytes) : kUsualSparse;
  meta->coded = is_small ? meta->dims : 0;
  return node_form(bytes, meta->degree, is_small).bytes(bytes) <= kLongestRecord;
}

void derive_flat(GraphModel* model) {
  const GraphMeta& meta = model->meta;
  const std::size_t bytes = element_bytes(meta);
  model->codec = {};
  model->transform = {.metric = model->metric(),
                      .element = model->element(),
                      .dims = meta.dims,
                      .rotated = meta.dims,
                      .is_rotated = false,
                      .rotation = {},
                      .mean = nullptr};
  model->node = node_form(bytes, meta.degree, meta.coded > 0);
  model->pending_record = pending_form(bytes);
  model->distance = vector_distance(model->element(), model->metric());
  const VectorTransform sketches = sketch_transform(meta);
  model->layout = node_layout(rerank_bytes(kSketchRerank, sketches.rotated), meta.degree,
                              sketch_codec(meta).groups());
  model->layout.slots = most_records(model->node);
  model->sketch_mean = nullptr;
  model->sketch_unit = 1;
  model->pending = {};
  model->pending.places = most_records(model->pending_record);
}

/// Returns how many pages `count` things take if `of_page` of them fit in a page.
double pages_of(double count, std::int32_t of_page) {
  return std::ceil(count / of_page);
}

/// Returns how many pages the nodes of a flat graph take.
double record_pages(const GraphModel& model, double rows) {
  const std::size_t bytes = model.node.bytes(model.node.element_bytes);
  return bytes > kFirstPart
             ? 2 * rows
             : pages_of(rows, static_cast<std::int32_t>(kPayloadSize / (bytes + kOffsetBytes)));
}

}  // namespace

std::int32_t padded_dims(std::int32_t dims) {
  return (rotated_dims(dims) + kDimsStep - 1) / kDimsStep * kDimsStep;
}

bool plan_graph(GraphMeta* meta) {
  const std::int32_t degree = (2 * meta->m + kBlockLanes - 1) / kBlockLanes * kBlockLanes;
  meta->degree = degree < kMaxDegree ? degree : kMaxDegree;
  if (has_no_codes(static_cast<Element>(meta->element), static_cast<Metric>(meta->metric),
                   meta->dims)) {
    return plan_flat(meta);
  }
  meta->rotated = padded_dims(meta->dims);
  const Rerank rerank = meta->dims <= kHalfDims ? Rerank::kHalf : Rerank::kInt8;
  meta->rerank = static_cast<std::uint8_t>(rerank == Rerank::kHalf ? 2 : 1);
  if (coded_dims(*meta, 1) < kDimsStep) {
    return false;
  }
  std::int32_t slots = 1;
  while (coded_dims(*meta, slots + 1) * 10 >= kFewestTenths * meta->rotated) {
    ++slots;
  }
  meta->coded = coded_dims(*meta, slots);
  return true;
}

double graph_pages(const GraphMeta& meta, double rows) {
  GraphModel model{};
  model.meta = meta;
  model.meta.parts[kMain].entries =
      static_cast<std::uint32_t>(std::min(rows, static_cast<double>(kMaxEntries)));
  derive(&model);
  const double nodes =
      model.is_flat() ? record_pages(model, rows) : pages_of(rows, model.layout.slots);
  const double blocks = pages_of(std::ceil(rows / kBlockLanes),
                                 NodeBlock<const std::byte>::of_page(model.code_bytes()));
  const double records = model.is_flat() ? 0 : pages_of(rows, model.records_layout().of_page());
  const auto stream = static_cast<double>(stream_pages(graph_stream_bytes(model, kMain)));
  return 1 + nodes + blocks + records + stream;
}

void derive(GraphModel* model) {
  const GraphMeta& meta = model->meta;
  std::fill(std::begin(model->entries), std::end(model->entries), EntryTable{});
  std::fill(std::begin(model->lists), std::end(model->lists), NodeLists{});
  std::fill(std::begin(model->streams), std::end(model->streams), nullptr);
  static_cast<GraphNodeRows&>(*model) = {};
  if (model->is_flat()) {
    derive_flat(model);
    return;
  }
  model->codec = {model->metric(), 1, meta.rotated, meta.coded};
  model->transform = {.metric = model->metric(),
                      .element = static_cast<Element>(meta.element),
                      .dims = meta.dims,
                      .rotated = meta.rotated,
                      .is_rotated = true,
                      .rotation = {meta.rotated, meta.seed},
                      .mean = nullptr,
                      .sets_apart = true};
  model->pending = pending_layout(model->codec.groups(), graph_rerank_bytes(meta));
  model->layout = node_layout(graph_rerank_bytes(meta), meta.degree, model->codec.groups());
}

bool has_sound_form(const GraphModel& model) {
  if (!model.is_flat()) {
    return model.meta.rotated == padded_dims(model.meta.dims);
  }
  return model.distance != nullptr && model.node.bytes(model.node.element_bytes) <= kLongestRecord;
}

namespace {

/// Returns how many blocks the codes of `count` entries or centers take.
std::size_t blocks_of(std::uint32_t count) {
  return (count + std::size_t{kBlockLanes} - 1) / kBlockLanes;
}

/// Returns how many bytes the lists take in a stream.
std::size_t lists_bytes(const GraphModel& model, const GraphLists& lists) {
  return lists.count == 0
             ? 0
             : (lists.count + std::size_t{1}) * sizeof(ListHead) + lists.pages * sizeof(PageId) +
                   lists.count * model.layout.rerank_bytes +
                   blocks_of(lists.count) * model.layout.block_bytes();
}

/// Sets the lists of a part from `stream`, the bytes of the stream that have them.
void set_directory(GraphModel* model, Part part, const std::byte* stream) {
  // The lists are wide if their residual is more than this many times the typical squared length of
  // links. Nodes are then in groups of near copies, with several groups in a list.
  constexpr float kWide = 6;
  const GraphLists& lists = model->meta.lists[part];
  const auto* heads = reinterpret_cast<const ListHead*>(stream);
  const auto* pages = reinterpret_cast<const PageId*>(heads + lists.count + 1);
  const auto* centers = reinterpret_cast<const std::byte*>(pages + lists.pages);
  model->lists[part] = {lists.count,
                        heads,
                        pages,
                        centers,
                        centers + lists.count * model->layout.rerank_bytes,
                        !model->is_flat() && lists.residual > kWide * model->meta.edge};
}

void set_flat_stream(GraphModel* model, const std::byte* stream) {
  const FlatStream at = flat_stream(model->meta);
  model->entries[kMain] = {reinterpret_cast<const NodeId*>(stream), nullptr,
                           static_cast<std::int32_t>(at.mean / (kBlockLanes * sizeof(NodeId)))};
  if (model->meta.lists[kMain].count > 0) {
    model->sketch_mean = reinterpret_cast<const float*>(stream + at.mean);
    model->sketch_unit = *reinterpret_cast<const float*>(stream + at.unit);
    set_directory(model, kMain, stream + at.lists);
  }
}

}  // namespace

std::size_t graph_stream_bytes(const GraphModel& model, Part part) {
  const std::size_t of_lists = lists_bytes(model, model.meta.lists[part]);
  if (model.is_flat()) {
    const FlatStream at = flat_stream(model.meta);
    return of_lists == 0 ? at.mean : at.lists + of_lists;
  }
  const std::size_t blocks = blocks_of(model.meta.parts[part].entries);
  return static_cast<std::size_t>(model.dims()) * sizeof(float) +
         blocks * (kBlockLanes * sizeof(NodeId) + model.layout.block_bytes()) + of_lists;
}

void set_stream(GraphModel* model, Part part, const std::byte* stream) {
  model->streams[part] = stream;
  if (model->is_flat()) {
    set_flat_stream(model, stream);
    return;
  }
  if (part == kMain) {
    model->transform.mean = reinterpret_cast<const float*>(stream);
  }
  stream += static_cast<std::size_t>(model->dims()) * sizeof(float);
  const std::size_t blocks = blocks_of(model->meta.parts[part].entries);
  model->entries[part] = {reinterpret_cast<const NodeId*>(stream),
                          stream + blocks * kBlockLanes * sizeof(NodeId),
                          static_cast<std::int32_t>(blocks)};
  stream += blocks * (kBlockLanes * sizeof(NodeId) + model->layout.block_bytes());
  set_directory(model, part, stream);
}

GraphStreams streams_of(const GraphModel& model) {
  GraphStreams streams{model.meta, {model.streams[kMain], model.streams[kDelta]}, {}};
  for (const Part part : kParts) {
    if (streams.of_part[part] != nullptr) {
      streams.bytes[part] = graph_stream_bytes(model, part);
    }
  }
  return streams;
}

void set_streams(const GraphStreams& streams, GraphModel* model) {
  model->meta = streams.meta;
  derive(model);
  for (const Part part : kParts) {
    if (streams.of_part[part] != nullptr) {
      set_stream(model, part, streams.of_part[part]);
    }
  }
}

bool has_sound_lists(const GraphModel& model, Part part) {
  const NodeLists& lists = model.lists[part];
  if (lists.count == 0) {
    return true;
  }
  const bool has_unit = model.sketch_unit > 0 && std::isfinite(model.sketch_unit);
  bool is_sound = lists.heads[0].block == 0 && (!model.is_flat() || has_unit);
  for (std::uint32_t i = 0; i < lists.count; ++i) {
    is_sound = is_sound && lists.heads[i].block < lists.end(i) && lists.heads[i].scale > 0 &&
               std::isfinite(lists.heads[i].scale);
  }
  const auto of_page =
      static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(model.code_bytes()));
  const std::uint32_t blocks = lists.end(lists.count - 1);
  return is_sound && blocks == blocks_of(model.meta.parts[part].nodes) &&
         model.meta.lists[part].pages == (blocks + of_page - 1) / of_page;
}

}  // namespace vecext
