#include "core/graph/update/old_graph.h"

#include <algorithm>

#include "core/graph/construct/stoppable_loops.h"

namespace vecext {

namespace {

/// Links are kept only if lists have at least this many nodes on average. The lists of a first
/// construction have at least twice as many. So once half of the rows that lists were made of are
/// gone, after however many rebuilds, leaves and lists are made again: each time that links are
/// kept, a little is lost (measured).
constexpr std::size_t kFewestLeft = kFewestOfList;

/// Links are kept only if at least one in kFewestPart of the nodes is left. With fewer, the paths
/// through removed nodes find too little.
constexpr std::uint32_t kFewestPart = 4;

}  // namespace

bool OldGraph::is_worth_keeping(const GraphModel& model) {
  return model.meta.parts[kMain].nodes > graph::kLeafRows && model.lists[kMain].count > 0;
}

std::size_t OldGraph::bytes(const GraphModel& model, PageId pages, std::size_t rows) {
  const auto degree = static_cast<std::size_t>(model.layout.degree);
  const std::size_t places = model.meta.parts[kMain].nodes;
  const std::size_t numbers = pages + places * (degree + 1) + model.lists[kMain].count +
                              rows * 2;  // the construction has one more array of rows
  return numbers * sizeof(std::uint32_t);
}

bool OldGraph::reserve(Arena arena, const GraphModel& model, PageId pages, std::size_t rows) {
  model_ = &model;
  pages_ = pages;
  room_ = model.meta.parts[kMain].nodes;
  first_place_ = arena.array<std::uint32_t>(pages);
  links_ = arena.array<std::uint32_t>(static_cast<std::size_t>(room_) *
                                      static_cast<std::size_t>(model.layout.degree));
  row_ = arena.array<std::uint32_t>(room_);
  place_ = arena.array<std::uint32_t>(rows);
  list_end_ = arena.array<std::uint32_t>(model.lists[kMain].count);
  if (first_place_ == nullptr || links_ == nullptr || row_ == nullptr || place_ == nullptr ||
      list_end_ == nullptr) {
    return false;
  }
  std::fill_n(first_place_, pages, kNoNode);
  return true;
}

void OldGraph::add_page(PageId page, const std::byte* bytes, std::size_t first_row) {
  const auto nodes = static_cast<std::uint32_t>(page_head(bytes)->rows);
  is_sound_ = is_sound_ && page < pages_ && nodes <= room_ - places_ && first_row == rows_;
  if (!is_sound_) {
    return;
  }
  first_place_[page] = places_;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    const auto slot = node_slot(bytes, model_->layout, static_cast<std::int32_t>(i));
    std::copy_n(slot.neighbors(), model_->layout.degree,
                links_ + places_ * static_cast<std::size_t>(model_->layout.degree));
    add_node(model_->layout.id_of(page, static_cast<std::int32_t>(i)), *slot.head());
  }
}

void OldGraph::add_node(NodeId id, const NodeHead& head) {
  const bool is_duplicate = (head.flags & kIsDuplicate) != 0;
  if (!is_duplicate) {
    first_ = places_;
  }
  // Duplicates follow the first node of their vector directly.
  is_sound_ = is_sound_ && (!is_duplicate || duplicate_ == id);
  duplicate_ = head.duplicate;
  row_[places_] = kNoNode;
  if (head.row != kNoRow) {
    // If the first node has lost its row, the row of a duplicate stands for it.
    if (row_[first_] == kNoNode) {
      row_[first_] = rows_;
    }
    row_[places_] = rows_;
    place_[rows_++] = first_;
  }
  ++places_;
}

Status OldGraph::finish(std::size_t rows, const ParallelOptions& parallel,
                        const graph::OldLinks** links) {
  *links = nullptr;
  if (!is_sound_ || rows != rows_ || rows_ <= graph::kLeafRows || rows_ < places_ / kFewestPart ||
      rows_ / model_->lists[kMain].count < kFewestLeft) {
    return {};
  }
  if (const Status status = link_rows(parallel); !status.ok() || !is_sound_) {
    return status;
  }
  end_lists();
  result_ = {model_->layout.degree, links_, row_, place_, list_end_, model_->lists[kMain].count};
  *links = &result_;
  return {};
}

Status OldGraph::link_rows(const ParallelOptions& parallel) {
  const auto degree = static_cast<std::size_t>(model_->layout.degree);
  return graph::for_each_in_turn(parallel, places_, [&](std::size_t i) {
    std::uint32_t* link = links_ + i * degree;
    for (std::size_t j = 0; j < degree && link[j] != kNoNode; ++j) {
      is_sound_ = link_row(link + j) && is_sound_;
    }
  });
}

/// Replaces the number of a node, *link, by the number of its row, or by a removed place. Returns
/// false if the graph does not have that node.
bool OldGraph::link_row(std::uint32_t* link) const {
  const PageId page = model_->layout.page_of(*link);
  if (page >= pages_ || first_place_[page] == kNoNode) {
    return false;
  }
  const std::uint32_t place =
      first_place_[page] + static_cast<std::uint32_t>(model_->layout.slot_of(*link));
  if (place >= places_) {
    return false;
  }
  *link = row_[place] == kNoNode ? graph::kRemovedPlace + place : row_[place];
  return true;
}

/// Sets where lists end. A list has whole blocks of the nodes, in their order.
void OldGraph::end_lists() {
  const NodeLists& lists = model_->lists[kMain];
  std::uint32_t row = 0;
  for (std::uint32_t l = 0; l < lists.count; ++l) {
    const auto end = static_cast<std::uint32_t>(
        std::min<std::size_t>(places_, std::size_t{lists.end(l)} * kBlockLanes));
    // Finds the first row of a place behind the list.
    while (row < rows_ && place_[row] < end) {
      ++row;
    }
    list_end_[l] = row;
  }
}

}  // namespace vecext
