#include "core/graph/format/graph_verify.h"

#include <algorithm>

namespace vecext {

namespace {

/// Calls the visitor for a row and counts the row, unless it was removed.
void show_row(const RowVisitor& visitor, RowId row, const std::byte* rerank, PageId at,
              std::int64_t* rows, VerifyFinding* finding) {
  if (row == kNoRow) {
    return;
  }
  if (row.line == 0) {
    *finding = {"an invalid row id", at};
  } else if (!visitor.visit(visitor.context, row, rerank)) {
    *finding = {"a rerank vector does not match its row", at};
  }
  ++*rows;
}

/// Returns what is wrong with the links of a node, or null if they are sound.
const char* wrong_links(const GraphModel& model, NodeId node, const NodeHead& head,
                        const NodeId* neighbors) {
  if (head.mark != kNodeMark) {
    return "a slot without a node";
  }
  if (head.duplicate == node) {
    return "a node is a duplicate of itself";
  }
  const NodeId* end = neighbors + model.layout.degree;
  for (const NodeId* neighbor = neighbors; neighbor < end; ++neighbor) {
    if (*neighbor == kNoNode) {
      continue;
    }
    if (*neighbor == node) {
      return "a node is a neighbor of itself";
    }
    if ((head.flags & kIsDuplicate) != 0) {
      return "a duplicate has neighbors";
    }
    if (std::find(neighbors, neighbor, *neighbor) != neighbor) {
      return "a node has a neighbor twice";
    }
  }
  return nullptr;
}

}  // namespace

void verify_nodes(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSummary* summary, VerifyFinding* finding) {
  if (!check_node_page(page, model.layout).ok()) {
    *finding = {"not a page of nodes, or its count is too large", at};
    return;
  }
  for (std::int32_t i = 0; i < page_head(page)->rows && finding->what == nullptr; ++i) {
    const auto slot = node_slot(page, model.layout, i);
    ++summary->nodes;
    summary->duplicates += (slot.head()->flags & kIsDuplicate) != 0 ? 1 : 0;
    const char* wrong =
        wrong_links(model, model.layout.id_of(at, i), *slot.head(), slot.neighbors());
    if (wrong == nullptr && slot.head()->row != kNoRow &&
        model.rows.of(model.layout.id_of(at, i)) != noted_row(*slot.head())) {
      wrong = "a row is missing from the row ids of the nodes";
    }
    if (wrong != nullptr) {
      *finding = {wrong, at};
    } else {
      show_row(visitor, slot.head()->row, slot.rerank(), at, &summary->rows, finding);
    }
  }
}

void verify_pending(const GraphModel& model, PageId at, const std::byte* page,
                    const RowVisitor& visitor, GraphSummary* summary, VerifyFinding* finding) {
  if (!check_pending_page(page, model.pending).ok()) {
    *finding = {"not a page of pending rows, or its count is too large", at};
    return;
  }
  for (std::int32_t i = 0; i < page_head(page)->rows && finding->what == nullptr; ++i) {
    ++summary->pending_places;
    show_row(visitor, pending_rows(page, model.pending)[i], pending_vector(page, model.pending, i),
             at, &summary->pending_rows, finding);
  }
}

void verify_record(const GraphModel& model, PageId at, std::int32_t i, bool is_pending,
                   const std::byte* record, const RowVisitor& visitor, GraphSummary* summary,
                   VerifyFinding* finding) {
  if (is_pending) {
    ++summary->pending_places;
    show_row(visitor, *reinterpret_cast<const RowId*>(record),
             record + model.pending_record.element_at, at, &summary->pending_rows, finding);
    return;
  }
  const auto& head = *reinterpret_cast<const NodeHead*>(record);
  ++summary->nodes;
  summary->duplicates += (head.flags & kIsDuplicate) != 0 ? 1 : 0;
  const char* wrong = wrong_links(model, model.layout.id_of(at, i), head,
                                  reinterpret_cast<const NodeId*>(record + sizeof(NodeHead)));
  if (wrong != nullptr) {
    *finding = {wrong, at};
  } else {
    show_row(visitor, head.row, record + model.node.element_at, at, &summary->rows, finding);
  }
}

}  // namespace vecext
