#include "core/graph/format/row_nodes.h"

#include <algorithm>
#include <bit>

#include "core/page/node_codes_page.h"

namespace vecext {

namespace {

/// The most places that the map of rows to nodes may have: kFewestPlaces, and kPlacesPerNode more
/// for each node.
constexpr std::size_t kFewestPlaces = 1 << 16;
constexpr std::size_t kPlacesPerNode = 32;
/// If the map needs at most this many places for each node with the same number of lines for all
/// pages, all pages get that number, so that lines need not be counted page by page.
constexpr std::size_t kPlacesIfDense = 2;
constexpr std::size_t kMostPlaces = UINT32_MAX;

/// Calls visit(node, row) for each node that has a row. Rows on page kNoPage are left out: no table
/// has such a page, but a damaged index may name it.
template <class Visit>
void each_node(const NodeRows& rows, const Visit& visit) {
  for (NodeId node = 0; node < rows.end; ++node) {
    const RowId row = plain_row(rows.row[node]);
    if (row.page != kNoPage) {
      visit(node, row);
    }
  }
}

}  // namespace

std::uint32_t RowNodes::place_of(std::uint32_t page) const {
  const Group& group = groups_[page / kGroup];
  const std::uint64_t before = (std::uint64_t{1} << page % kGroup) - 1;
  return group.first + count_bits(group.present & before);
}

bool RowNodes::reserve_pages(const NodeRows& rows, Arena arena) {
  groups_ = arena.array<Group>(group_count_);
  if (groups_ == nullptr) {
    return false;
  }
  std::fill_n(groups_, group_count_, Group{0, 0});
  each_node(rows, [&](NodeId, RowId row) {
    groups_[row.page / kGroup].present |= std::uint64_t{1} << row.page % kGroup;
  });
  page_count_ = 0;
  for (std::uint32_t i = 0; i < group_count_; ++i) {
    groups_[i].first = page_count_;
    page_count_ += count_bits(groups_[i].present);
  }
  return true;
}

bool RowNodes::reserve_lines(const NodeRows& rows, Arena arena, std::size_t* places) {
  begin_ = arena.array<std::uint32_t>(std::size_t{page_count_} + 1);
  if (begin_ == nullptr) {
    return false;
  }
  std::fill_n(begin_, page_count_ + 1, 0);
  each_node(rows, [&](NodeId, RowId row) {
    std::uint32_t& lines = begin_[place_of(row.page)];
    lines = std::max(lines, row.line + 1U);
  });
  *places = 0;
  for (std::uint32_t i = 0; i <= page_count_; ++i) {
    const std::uint32_t lines = begin_[i];
    begin_[i] = static_cast<std::uint32_t>(*places);
    *places += lines;
  }
  return true;
}

bool RowNodes::reserve_nodes(const NodeRows& rows, Arena arena, std::size_t places) {
  nodes_ = arena.array<NodeId>(places);
  if (nodes_ == nullptr) {
    return false;
  }
  place_count_ = places;
  std::fill_n(nodes_, places, kNoNode);
  other_count_ = 0;
  std::uint32_t row_room = 0;
  std::uint32_t node_room = 0;
  bool has_memory = true;
  each_node(rows, [&](NodeId node, RowId row) {
    NodeId& place = lines_of(row.page).nodes[row.line];
    if (place == kNoNode) {
      place = node;
      return;
    }
    constexpr std::uint32_t kFewest = 16;
    const std::uint32_t needed = other_count_ + 1;
    has_memory = has_memory &&
                 reserve(arena, other_count_, needed, kFewest, &row_room, &other_rows_) &&
                 reserve(arena, other_count_, needed, kFewest, &node_room, &others_);
    if (has_memory) {
      other_rows_[other_count_] = row;
      others_[other_count_++] = node;
    }
  });
  return has_memory;
}

bool RowNodes::fill(const NodeRows& rows, Arena arena) {
  *this = {};
  end_ = rows.end;
  std::size_t count = 0;
  std::uint32_t pages = 0;
  std::uint32_t lines = 0;
  each_node(rows, [&](NodeId, RowId row) {
    pages = std::max(pages, row.page + 1);
    lines = std::max(lines, row.line + 1U);
    ++count;
  });
  std::size_t places = std::size_t{pages} * lines;
  if (places <= kPlacesIfDense * count && places <= kMostPlaces) {
    page_count_ = pages;
    lines_ = lines;
    return reserve_nodes(rows, arena, places);
  }
  group_count_ = pages == 0 ? 0 : (pages - 1) / kGroup + 1;
  const std::size_t most_places = std::min(kFewestPlaces + kPlacesPerNode * count, kMostPlaces);
  if (group_count_ > most_places) {
    return true;
  }
  if (!reserve_pages(rows, arena) || !reserve_lines(rows, arena, &places)) {
    return false;
  }
  return places > most_places || reserve_nodes(rows, arena, places);
}

void RowNodes::mark_lines(void* marking, const RowLines& rows) {
  const auto* to = static_cast<const Marking*>(marking);
  const RowNodes& of = *to->nodes;
  const Lines known = of.lines_of(rows.page);
  for (std::uint64_t left = rows.lines; left != 0; left &= left - 1) {
    const std::uint32_t line = rows.first + static_cast<std::uint32_t>(std::countr_zero(left));
    if (line >= known.count) {
      return;
    }
    if (const NodeId node = known.nodes[line]; node != kNoNode) {
      to->marks->add(node);
    }
  }
}

bool RowNodes::mark(const RowFilter& filter, Arena arena, BitSet* marks) const {
  if (!marks->reset(end_, arena)) {
    return false;
  }
  Marking marking{this, marks};
  filter.each(filter.set, &marking, mark_lines);
  for (std::uint32_t i = 0; i < other_count_; ++i) {
    if (filter.may_match(other_rows_[i])) {
      marks->add(others_[i]);
    }
  }
  return true;
}

}  // namespace vecext
