#include "core/graph/graph_verify.h"

#include <algorithm>

namespace vecext {

namespace {

/// Shows a row that is there; counts it.
void show_row(const RowVisitor& visitor, RowId row, const std::byte* own, PageId at,
              std::int64_t* rows, Finding* finding) {
  if (row == kNoRow) {
    return;
  }
  if (row.line == 0) {
    *finding = {"a row that cannot exist", at};
  } else if (!visitor.visit(visitor.context, row, own)) {
    *finding = {"an own vector that is not its row's", at};
  }
  ++*rows;
}

/// What is wrong with a node's links, or null.
const char* wrong_links(const GraphModel& model, NodeId node, const NodeHead& head,
                        const NodeId* neighbours) {
  if (head.mark != kNodeMark) {
    return "a slot that is no node";
  }
  if (head.twin == node) {
    return "a twin of itself";
  }
  const NodeId* end = neighbours + model.layout.degree;
  for (const NodeId* neighbour = neighbours; neighbour < end; ++neighbour) {
    if (*neighbour == kNoNode) {
      continue;
    }
    if (*neighbour == node) {
      return "a neighbour of itself";
    }
    if ((head.flags & kIsTwin) != 0) {
      return "neighbours of a twin";
    }
    if (std::find(neighbours, neighbour, *neighbour) != neighbour) {
      return "a neighbour twice";
    }
  }
  return nullptr;
}

}  // namespace

void verify_nodes(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSurvey* survey, Finding* finding) {
  if (!check_node_page(page, model.layout).ok()) {
    *finding = {"not a page of nodes, or its count is too large", at};
    return;
  }
  for (std::int32_t i = 0; i < page_head(page)->rows && finding->what == nullptr; ++i) {
    const auto slot = node_slot(page, model.layout, i);
    ++survey->nodes;
    survey->twins += (slot.head()->flags & kIsTwin) != 0 ? 1 : 0;
    const char* wrong =
        wrong_links(model, model.layout.id_of(at, i), *slot.head(), slot.neighbours());
    if (wrong == nullptr && slot.head()->row != kNoRow &&
        model.rows.of(model.layout.id_of(at, i)) != noted_row(*slot.head())) {
      wrong = "a row that the rows of nodes do not tell of";
    }
    if (wrong != nullptr) {
      *finding = {wrong, at};
    } else {
      show_row(visitor, slot.head()->row, slot.own(), at, &survey->rows, finding);
    }
  }
}

void verify_fresh(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSurvey* survey, Finding* finding) {
  if (!check_fresh_page(page, model.fresh).ok()) {
    *finding = {"not a page of fresh rows, or its count is too large", at};
    return;
  }
  for (std::int32_t i = 0; i < page_head(page)->rows && finding->what == nullptr; ++i) {
    ++survey->fresh_places;
    show_row(visitor, fresh_rows(page, model.fresh)[i], fresh_vector(page, model.fresh, i), at,
             &survey->fresh_rows, finding);
  }
}

void verify_record(const GraphModel& model, PageId at, std::int32_t i, bool is_fresh,
                   const std::byte* record, const RowVisitor& visitor, GraphSurvey* survey,
                   Finding* finding) {
  if (is_fresh) {
    ++survey->fresh_places;
    show_row(visitor, *reinterpret_cast<const RowId*>(record),
             record + model.fresh_record.element_at, at, &survey->fresh_rows, finding);
    return;
  }
  const auto& head = *reinterpret_cast<const NodeHead*>(record);
  ++survey->nodes;
  survey->twins += (head.flags & kIsTwin) != 0 ? 1 : 0;
  const char* wrong = wrong_links(model, model.layout.id_of(at, i), head,
                                  reinterpret_cast<const NodeId*>(record + sizeof(NodeHead)));
  if (wrong != nullptr) {
    *finding = {wrong, at};
  } else {
    show_row(visitor, head.row, record + model.node.element_at, at, &survey->rows, finding);
  }
}

}  // namespace vecext
