#include "core/graph/flat/flat_write.h"

#include <algorithm>
#include <cstring>

namespace vecext {

namespace {

/// True if the elements have the same bytes.
bool are_same(const FlatRows& rows, std::uint32_t a, std::uint32_t b) {
  return rows.bytes(a) == rows.bytes(b) &&
         std::memcmp(rows.element(a), rows.element(b), rows.bytes(a)) == 0;
}

/// True if the distances of two elements to any query differ only by rounding: if the elements are
/// the same or, by cosine, have the same direction.
bool are_equal(const GraphModel& model, const FlatRows& rows, std::uint32_t a, std::uint32_t b) {
  return are_same(rows, a, b) ||
         (model.metric() == Metric::kCosine &&
          model.distance(rows.element(a), rows.element(b), model.meta.dims) <= kCosineRounding);
}

/// Returns the flags of node i.
std::uint8_t flags_of_node(const GraphModel& model, const Graph& graph, const FlatRows& rows,
                           std::uint32_t i) {
  // A duplicate directly follows another node with the same sketch.
  if (is_duplicate(graph, i)) {
    return kIsDuplicate;
  }
  if (has_unequal(graph, i, [&](std::uint32_t other) {
        return are_equal(model, rows, graph.row[i], graph.row[other]);
      })) {
    return kHasUnequal;
  }
  return has_unequal(
             graph, i,
             [&](std::uint32_t other) { return are_same(rows, graph.row[i], graph.row[other]); })
             ? kHasRounded
             : 0;
}

}  // namespace

std::size_t make_node_record(const GraphModel& model, const Graph& graph, const FlatRows& rows,
                             const FlatPages& pages, std::uint32_t i, std::byte* out) {
  const std::size_t element_bytes = rows.bytes(graph.row[i]);
  const std::size_t bytes = model.node.bytes(element_bytes);
  std::memset(out, 0, bytes);
  const NodeId duplicate = graph.duplicate[i];
  *reinterpret_cast<NodeHead*>(out) = {
      .row = rows.rows[graph.row[i]],
      .flags = flags_of_node(model, graph, rows, i),
      .scale = 0,
      .duplicate = duplicate == kNoNode ? kNoNode : pages.id[duplicate],
      .mark = kNodeMark};
  std::memcpy(out + model.node.element_at, rows.element(graph.row[i]), element_bytes);
  auto* neighbors = reinterpret_cast<NodeId*>(out + sizeof(NodeHead));
  std::byte* beside = out + model.node.element_at + element_bytes;
  const std::uint32_t* linked =
      graph.neighbors + static_cast<std::size_t>(i) * static_cast<std::size_t>(graph.degree);
  for (std::int32_t j = 0; j < graph.degree; ++j) {
    neighbors[j] = linked[j] == kNoNode ? kNoNode : pages.id[linked[j]];
    if (linked[j] != kNoNode && model.node.near_bytes > 0) {
      std::memcpy(beside + static_cast<std::size_t>(j) * element_bytes,
                  rows.element(graph.row[linked[j]]), element_bytes);
    }
  }
  return bytes;
}

void make_flat_stream(const GraphModel& model, const Graph& graph, const FlatPages& pages,
                      const Sketches& sketches, const ListDirectory& lists, std::byte* out) {
  const FlatStream at = flat_stream(model.meta);
  auto* entries = reinterpret_cast<NodeId*>(out);
  std::fill_n(entries, at.mean / sizeof(NodeId), kNoNode);
  for (std::int32_t i = 0; i < graph.entry_count; ++i) {
    entries[i] = pages.id[graph.entries[i]];
  }
  if (model.meta.lists[kMain].count > 0) {
    std::memcpy(out + at.mean, sketches.mean, at.unit - at.mean);
    std::memcpy(out + at.unit, &sketches.unit, sizeof sketches.unit);
    lists.copy_to(out + at.lists);
  }
}

bool plan_sketch_lists(const Graph& graph, Arena arena, GraphModel* model, SketchLists* lists) {
  if (!plan_lists(graph, kMain, arena, model, &lists->ends)) {
    return false;
  }
  lists->model = sketch_model(*model);
  return lists->directory.reserve(lists->model, kMain, arena);
}

}  // namespace vecext
