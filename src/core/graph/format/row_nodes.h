// The nodes that a row is in: the inverse of the rows of nodes (core/page/node_codes_page.h). A
// search that reads all nodes of a set's rows finds them by this inverse, in the order of their
// pages.
//
// If nearly every line of the table has a row in a node, an array has a place for each line, and
// each page of the table has the same number of lines. Otherwise a word for each 64 pages of the
// table says which of them have rows in nodes, and each page with such rows has an array of its
// lines.
#pragma once

#include "core/base/bit_set.h"
#include "core/filter/row_filter.h"
#include "core/page/node_page.h"

namespace vecext {

/// The rows of nodes, by the number of the node, as they were at the graph's construction; see
/// load_node_rows().
struct NodeRows {
  const RowId* row;  // null if it is not loaded
  NodeId end;

  RowId of(NodeId node) const { return node < end ? row[node] : kNoRow; }
};

class RowNodes {
 public:
  /// Inverts `rows` in memory of `arena`. If rows are so scattered over the table that the inverse
  /// would take much more memory than `rows`, is_known() stays false. Returns false if memory runs
  /// out.
  bool fill(const NodeRows& rows, Arena arena);

  bool is_known() const { return nodes_ != nullptr; }

  /// Marks the nodes of a set's rows in `marks`. The set must be able to list its rows. If a row
  /// has moved from a node of the main graph to the delta graph, both nodes are marked. Takes
  /// memory from `arena`, and returns false if it runs out.
  bool mark(const RowFilter& filter, Arena arena, BitSet* marks) const;

  /// Serves to make an image (core/base/image.h).
  template <class Visit>
  void each_array(const Visit& visit) {
    visit(&nodes_, place_count_);
    visit(&groups_, std::size_t{group_count_});
    visit(&begin_, std::size_t{page_count_} + 1);
    visit(&other_rows_, std::size_t{other_count_});
    visit(&others_, std::size_t{other_count_});
  }

 private:
  static constexpr std::uint32_t kGroup = 64;

  /// 64 pages of the table: which of them have rows in nodes, and how many such pages come before
  /// the group.
  struct Group {
    std::uint64_t present;
    std::uint32_t first;
  };

  /// The context of mark_lines().
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

  // These are the steps of fill().
  bool reserve_pages(const NodeRows& rows, Arena arena);
  bool reserve_lines(const NodeRows& rows, Arena arena, std::size_t* places);
  bool reserve_nodes(const NodeRows& rows, Arena arena, std::size_t places);

  std::uint32_t lines_ = 0;       // lines of every page; 0 if pages have different numbers of lines
  std::uint32_t page_count_ = 0;  // pages with rows, or all pages of the table if lines_ > 0
  Group* groups_ = nullptr;       // valid if lines_ is 0
  std::uint32_t group_count_ = 0;
  std::uint32_t* begin_ = nullptr;  // where each page's lines begin, and one more
  NodeId* nodes_ = nullptr;         // by line; kNoNode if no node has the row
  std::size_t place_count_ = 0;     // size of nodes_
  NodeId end_ = 0;                  // numbers of nodes are less than this
  // The nodes of rows that are in several nodes, beside the one in nodes_.
  RowId* other_rows_ = nullptr;
  NodeId* others_ = nullptr;
  std::uint32_t other_count_ = 0;
};

}  // namespace vecext
