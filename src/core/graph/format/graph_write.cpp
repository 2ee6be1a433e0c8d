#include "core/graph/format/graph_write.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/graph/format/factor_range.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// How many nodes the scale of factors is computed from, by their links.
constexpr std::uint32_t kSampledNodes = 1000;

/// The time that the code of a link takes besides its dimensions, in multiply-adds. It is spent
/// waiting for the vector of the neighbor.
constexpr std::size_t kCodeWork = 1024;

constexpr std::size_t kCacheLine = 64;

const float* vector_of(const Graph& graph, const GraphRows& rows, std::uint32_t i) {
  return rows.x + static_cast<std::size_t>(graph.row[i]) * rows.stride;
}

/// Returns the rerank vector of the graph's node i. If the rows come without rerank vectors, makes
/// it in `made`.
const std::byte* rerank_of(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                           std::uint32_t i, std::byte* made) {
  if (rows.rerank != nullptr) {
    return rows.rerank + static_cast<std::size_t>(graph.row[i]) * model.layout.rerank_bytes;
  }
  put_rerank(model.rerank(), vector_of(graph, rows, i), model.dims(), made);
  return made;
}

const std::uint32_t* neighbors_of(const Graph& graph, std::uint32_t i) {
  return graph.neighbors + static_cast<std::size_t>(i) * static_cast<std::size_t>(graph.degree);
}

/// Adds the residuals of the links of the graph's node i to a range.
void add_links(const Graph& graph, const GraphRows& rows, std::uint32_t i, std::size_t dims,
               FactorRange* range) {
  const auto& kernels = kernel::active().f32;
  const std::uint32_t* neighbors = neighbors_of(graph, i);
  const float* x = vector_of(graph, rows, i);
  const auto length = std::sqrt(static_cast<double>(kernels.norm_squared(x, dims)));
  for (std::int32_t j = 0; j < graph.degree && neighbors[j] != kNoNode; ++j) {
    range->add(
        static_cast<double>(kernels.l2_squared(x, vector_of(graph, rows, neighbors[j]), dims)),
        length);
  }
}

/// Returns the exponent of the scale of the graph's node i. Nodes have scales of their own, since a
/// node's links may be a million times longer than typical links.
std::int8_t exponent_of_node(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                             std::uint32_t i) {
  FactorRange links;
  add_links(graph, rows, i, static_cast<std::size_t>(model.dims()), &links);
  const auto exponent =
      links.squared() > 0 ? static_cast<int>(std::log2(links.scale(model.codec) / model.meta.scale))
                          : 0;
  return static_cast<std::int8_t>(std::clamp(exponent, -kMostScale, kMostScale));
}

/// True if factors keep all their digits in 16 bits.
bool are_exact(const Half* factors, std::size_t n) {
  constexpr float kLeast = 0x1p-10F;
  constexpr float kMost = 0x1p14F;
  float values[kBlockLanes];
  kernel::active().convert.half_to_float(factors, values, n);
  return std::all_of(values, values + n,
                     [](float x) { return std::fabs(x) >= kLeast && std::fabs(x) < kMost; });
}

/// True if the factors of the links of a slot keep all their digits at their scale.
bool has_exact_factors(const GraphModel& model, const NodeSlot<std::byte>& slot) {
  const NodeId* links = slot.neighbors();
  std::ptrdiff_t left = std::find(links, links + model.layout.degree, kNoNode) - links;
  bool is_exact = true;
  for (std::int32_t i = 0; left > 0 && is_exact; ++i, left -= kBlockLanes) {
    const auto block = slot.block(i);
    const auto n = static_cast<std::size_t>(std::min<std::ptrdiff_t>(left, kBlockLanes));
    is_exact = are_exact(block.a(), n) && are_exact(block.b(), n);
  }
  return is_exact;
}

/// Returns the flags of the graph's node i, whose rerank vector is `rerank`. `scratch` has room for
/// D floats.
std::uint8_t flags_of_node(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                           std::uint32_t i, const std::byte* rerank, float* scratch) {
  if (is_duplicate(graph, i)) {
    return kIsDuplicate;
  }
  auto* made = reinterpret_cast<std::byte*>(scratch);
  std::uint8_t flags = 0;
  for (; graph.duplicate[i] != kNoNode; ++i) {
    flags |= flag_of_duplicate(model, rerank, rerank_of(model, graph, rows, i + 1, made));
  }
  return flags;
}

}  // namespace

std::uint8_t flag_of_duplicate(const GraphModel& model, const std::byte* rerank,
                               const std::byte* of_duplicate) {
  if (std::memcmp(rerank, of_duplicate, rerank_bytes(model.rerank(), model.dims())) == 0) {
    return 0;
  }
  const double further = std::fabs(rerank_error(rerank) - rerank_error(of_duplicate));
  return model.metric() == Metric::kCosine && further <= kCosineRounding ? kHasRounded
                                                                         : kHasUnequal;
}

void put_codes(const GraphModel& model, const Graph& graph, const GraphRows& rows, std::uint32_t i,
               const CodeCenter& center, float* scratch, std::byte* blocks) {
  const std::uint32_t* neighbors = neighbors_of(graph, i);
  const auto dims = static_cast<std::size_t>(model.dims());
  // If there are rerank vectors, codes are made from them, as they have nearly the same vectors in
  // fewer cache lines.
  const bool has_rerank = rows.rerank != nullptr;
  const std::size_t bytes = has_rerank ? model.layout.rerank_bytes : dims * sizeof(float);
  const auto at = [&](std::uint32_t node) {
    return has_rerank ? rows.rerank + static_cast<std::size_t>(graph.row[node]) * bytes
                      : reinterpret_cast<const std::byte*>(vector_of(graph, rows, node));
  };
  // Vectors may be anywhere in memory, so while the codes of a node are made, the vectors for the
  // next node are prefetched.
  const std::uint32_t* next = neighbors_of(graph, std::min(i + 1, graph.nodes - 1));
  for (std::int32_t j = 0; j < graph.degree; ++j) {
    // The prefetches have a loop here because GCC deletes calls of functions that only prefetch.
    const std::byte* ahead = next[j] == kNoNode ? nullptr : at(next[j]);
    for (std::size_t line = 0; ahead != nullptr && line < bytes; line += kCacheLine) {
      __builtin_prefetch(ahead + line);
    }
    if (neighbors[j] == kNoNode) {
      continue;
    }
    const std::byte* vector = at(neighbors[j]);
    if (has_rerank) {
      get_rerank(model.rerank(), vector, model.dims(), scratch);
      put_code(model, scratch, center, j, blocks);
    } else {
      put_code(model, reinterpret_cast<const float*>(vector), center, j, blocks);
    }
  }
}

void set_scales(const Graph& graph, const GraphRows& rows, Part part, GraphModel* model) {
  const auto dims = static_cast<std::size_t>(model->dims());
  const auto& kernels = kernel::active().f32;
  const std::uint32_t step = graph.nodes / kSampledNodes + 1;
  // A delta graph is coded at the scale of the main graph, so this scale stays as long as there is
  // a delta graph.
  const bool has_new_scale = part == kMain && model->meta.parts[kDelta].nodes == 0;
  FactorRange edges;
  for (std::uint32_t i = 0; has_new_scale && i < graph.nodes; i += step) {
    add_links(graph, rows, i, dims, &edges);
  }
  FactorRange entries;
  for (std::int32_t i = 0; i < graph.entry_count; ++i) {
    entries.add(
        static_cast<double>(kernels.norm_squared(vector_of(graph, rows, graph.entries[i]), dims)),
        0);
  }
  if (has_new_scale) {
    model->meta.scale = edges.scale(model->codec);
    model->meta.edge = edges.squared();
  }
  model->meta.parts[part].entry_scale = entries.scale(model->codec);
}

void write_slot(const GraphModel& model, const Graph& graph, const GraphRows& rows,
                const NodePages& pages, std::uint32_t i, float* scratch, std::byte* slot_bytes) {
  const NodeSlot<std::byte> slot{slot_bytes, model.layout};
  const NodeId duplicate = graph.duplicate[i];
  const std::byte* rerank = rerank_of(model, graph, rows, i, slot.rerank());
  if (rerank != slot.rerank()) {
    std::memcpy(slot.rerank(), rerank, model.layout.rerank_bytes);
  }
  *slot.head() = {.row = rows.rows[graph.row[i]],
                  .flags = flags_of_node(model, graph, rows, i, rerank, scratch),
                  .scale = 0,
                  .duplicate = duplicate == kNoNode ? kNoNode : pages.id_of(duplicate),
                  .mark = kNodeMark};
  // Codes are relative to the rerank vector in the slot.
  get_rerank(model.rerank(), slot.rerank(), model.dims(), scratch);
  const std::uint32_t* neighbors = neighbors_of(graph, i);
  for (std::int32_t j = 0; j < graph.degree; ++j) {
    slot.neighbors()[j] = neighbors[j] == kNoNode ? kNoNode : pages.id_of(neighbors[j]);
  }
  std::byte* blocks = slot.at + model.layout.blocks_offset();
  float* vector = scratch + model.dims();
  put_codes(model, graph, rows, i, {scratch, model.meta.scale}, vector, blocks);
  if (has_exact_factors(model, slot)) {
    return;
  }
  slot.head()->scale = exponent_of_node(model, graph, rows, i);
  if (slot.head()->scale != 0) {
    put_codes(model, graph, rows, i, {scratch, link_scale(*slot.head(), model.meta.scale)}, vector,
              blocks);
  }
}

EntryPoints entry_points(const Graph& graph, const GraphRows& rows, const NodePages& pages) {
  EntryPoints entries;
  entries.count = graph.entry_count;
  for (std::int32_t i = 0; i < graph.entry_count; ++i) {
    entries.id[i] = pages.id_of(graph.entries[i]);
    entries.vector[i] = vector_of(graph, rows, graph.entries[i]);
  }
  return entries;
}

void make_stream(const GraphModel& model, Part part, const EntryPoints& entries,
                 const ListDirectory& lists, std::byte* out) {
  const auto dims = static_cast<std::size_t>(model.dims());
  const std::int32_t places = (entries.count + kBlockLanes - 1) / kBlockLanes * kBlockLanes;
  std::memset(out, 0, graph_stream_bytes(model, part));
  std::memcpy(out, model.transform.mean, dims * sizeof(float));
  auto* ids = reinterpret_cast<NodeId*>(out + dims * sizeof(float));
  auto* blocks = reinterpret_cast<std::byte*>(ids + places);
  for (std::int32_t i = 0; i < places; ++i) {
    ids[i] = kNoNode;
    if (i < entries.count) {
      ids[i] = entries.id[i];
      put_code(model, entries.vector[i], {lists.origin(), model.meta.parts[part].entry_scale}, i,
               blocks);
    }
  }
  lists.copy_to(blocks +
                static_cast<std::size_t>(places / kBlockLanes) * model.layout.block_bytes());
}

Status make_node_pages(const GraphModel& model, Part part, const Graph& graph,
                       const GraphRows& rows, const NodePages& pages, std::uint32_t first,
                       std::uint32_t count, const ParallelOptions& parallel, float* scratch,
                       std::byte* out) {
  const auto slots = static_cast<std::uint32_t>(model.layout.slots);
  const auto dims = static_cast<std::size_t>(model.dims());
  const std::size_t work =
      slots * static_cast<std::size_t>(model.layout.degree) * (kCodeWork + dims);
  return for_each(parallel, count, work, [&](std::size_t i, std::int32_t slot) {
    std::byte* page = out + i * kPageSize;
    const std::uint32_t from = first + static_cast<std::uint32_t>(i) * slots;
    const std::uint32_t n = std::min(slots, graph.nodes - from);
    init_page(page, PageKind::kNodes, 0, model.meta.parts[part].chain);
    page_head(page)->rows = static_cast<std::uint16_t>(n);
    for (std::uint32_t j = 0; j < n; ++j) {
      write_slot(model, graph, rows, pages, from + j,
                 scratch + static_cast<std::size_t>(slot) * 2 * dims,
                 page + model.layout.offset(static_cast<std::int32_t>(j)));
    }
  });
}

}  // namespace vecext
