// Checks the lists of a flat graph: every node is in one lane, with its row and the code of its
// sketch. By inner products, codes also depend on the longest row that there was at the
// construction, so they are not compared.
#pragma once

#include "core/graph/flat/sketch.h"
#include "core/graph/format/flat_record.h"
#include "core/graph/format/graph_verify.h"
#include "core/graph/format/list_verify.h"

namespace vecext {

/// Checks the lists of a flat graph that verify_graph() has found sound.
template <PageStore S>
Status verify_sketches(S& store, const GraphModel& model, Arena arena, VerifyFinding* finding) {
  const GraphModel lists = sketch_model(model);
  auto* scratch = arena.array<std::byte>(kLongestRecord);
  auto* sketch = arena.array<float>(static_cast<std::size_t>(sketch_dims(model.meta)));
  if (scratch == nullptr || sketch == nullptr) {
    return out_of_memory();
  }
  ListCheck check(lists, kMain, model.layout.id_of(store.pages(), 0));
  const auto read_node = [&](std::int32_t lane, NodeId node, const char** wrong) {
    const PageId page = model.layout.page_of(node);
    bool is_node = false;
    const Status found = store.read(page, [&](const std::byte* bytes) -> Status {
      is_node = is_page_of(model, kMain, bytes);
      return {};
    });
    if (!found.ok() || !is_node) {
      *wrong = kNoNodeOfLane;
      return found;
    }
    return read_record(store, model.node, page, model.layout.slot_of(node), scratch,
                       [&](const std::byte* record) -> Status {
                         const auto& head = *reinterpret_cast<const NodeHead*>(record);
                         const double error = rotate_sketch(
                             model, lists, record + model.node.element_at, sketch, check.vector());
                         const bool is_product = model.metric() == Metric::kInnerProduct;
                         *wrong = head.mark != kNodeMark
                                      ? kNoNodeOfLane
                                      : check.wrong_lane(lane, head, is_product ? nullptr : &error);
                         return {};
                       });
  };
  return verify_part_lists(store, arena, &check, read_node, finding);
}

/// Checks the lists of a graph, flat or with codes.
template <PageStore S>
Status verify_all_lists(S& store, const GraphModel& model, Arena arena, VerifyFinding* finding) {
  return model.is_flat() ? verify_sketches(store, model, arena, finding)
                         : verify_lists(store, model, arena, finding);
}

}  // namespace vecext
