// Which nodes a row is in: the rows of nodes (core/page/node_rows_page.h) the other way round. A
// search that reads all nodes of a set's rows finds them by it, in the order of their pages.
//
// Where nearly every line of the table has a row in a node, all lines stand side by side, as many
// of each page as of the one that has most. Else, of 64 pages of the table one word says which have
// rows in nodes; of each that does, the nodes of its lines stand side by side.
#pragma once

#include "core/base/bit_set.h"
#include "core/filter/filter.h"
#include "core/page/node_page.h"

namespace vecext {

/// Rows of nodes by their numbers: as they were when the graph was made. load_node_rows() has them.
struct NodeRows {
  const RowId* row;  // null: not loaded
  NodeId end;

  RowId of(NodeId node) const { return node < end ? row[node] : kNoRow; }
};

class RowNodes {
 public:
  /// Of the rows of nodes given, in memory of `arena`. Of rows so spread over a table that places
  /// for them would take much more than they do, nothing is known. False: out of memory.
  bool fill(const NodeRows& rows, Arena arena);

  bool is_known() const { return nodes_ != nullptr; }

  /// Marks the nodes whose rows a set has; the set must tell them. Memory is from `arena`. A row
  /// that a node of the main graph has lost may be in the delta graph: both are marked. False: out
  /// of memory.
  bool mark(const RowFilter& filter, Arena arena, BitSet* marks) const;

 private:
  static constexpr std::uint32_t kGroup = 64;

  /// 64 pages of the table: which have rows, and how many pages that have come before them.
  struct Group {
    std::uint64_t present;
    std::uint32_t first;
  };

  /// What mark_lines() needs.
  struct Marking {
    const RowNodes* nodes;
    BitSet* marks;
  };
  static void mark_lines(void* marking, const RowLines& rows);

  /// The nodes of a page's lines.
  struct Lines {
    NodeId* nodes;
    std::uint32_t count;
  };
  Lines lines_of(std::uint32_t page) const {
    if (lines_ > 0) {
      return page < page_count_ ? Lines{nodes_ + std::size_t{page} * lines_, lines_} : Lines{};
    }
    if (page / kGroup >= group_count_ ||
        (groups_[page / kGroup].present >> page % kGroup & 1) == 0) {
      return {};
    }
    const std::uint32_t place = place_of(page);
    return {nodes_ + begin_[place], begin_[place + 1] - begin_[place]};
  }
  std::uint32_t place_of(std::uint32_t page) const;

  // The steps of fill().
  bool take_pages(const NodeRows& rows, Arena arena);
  bool take_lines(const NodeRows& rows, Arena arena, std::size_t* places);
  bool take_nodes(const NodeRows& rows, Arena arena, std::size_t places);

  std::uint32_t lines_ = 0;       // of every page; 0: they differ
  std::uint32_t page_count_ = 0;  // with rows, or where lines do not differ, of the table
  Group* groups_ = nullptr;       // where they do
  std::uint32_t group_count_ = 0;
  std::uint32_t* begin_ = nullptr;  // of each page's lines; and one more
  NodeId* nodes_ = nullptr;         // by line; kNoNode: none
  NodeId end_ = 0;                  // of nodes' numbers
  // Nodes of rows that others have, too.
  RowId* other_rows_ = nullptr;
  NodeId* others_ = nullptr;
  std::uint32_t other_count_ = 0;
};

}  // namespace vecext
