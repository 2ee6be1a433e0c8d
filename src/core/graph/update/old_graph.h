// The links and lists of the main graph, which a rebuild of its living rows keeps, so that the
// construction (construct/link_candidates.h) need not search for neighbors.
#pragma once

#include "core/base/arena.h"
#include "core/graph/construct/link_candidates.h"
#include "core/graph/format/graph_model.h"

namespace vecext {

class OldGraph {
 public:
  /// True if the main graph has links and lists worth keeping.
  static bool is_worth_keeping(const GraphModel& model);

  /// Returns the bytes of memory that keeping the main graph takes, in a rebuild of `rows` rows in
  /// an index of `pages` pages.
  static std::size_t bytes(const GraphModel& model, PageId pages, std::size_t rows);

  /// Reserves memory for the links and lists. Returns false if memory runs out. The model must stay
  /// in place.
  bool reserve(Arena arena, const GraphModel& model, PageId pages, std::size_t rows);

  /// Adds the nodes of a page that was found sound. The first living row of the page has number
  /// `first_row` in the rebuild. Pages come in ascending order.
  void add_page(PageId page, const std::byte* bytes, std::size_t first_row);

  /// Ends the graph; call it after all pages. Sets *links to the links for the construction of
  /// `rows` rows, or to null if too few nodes are left, or if some of these rows are not in the
  /// pages added. Returns kCancelled when stopped.
  Status finish(std::size_t rows, const ParallelOptions& parallel, const graph::OldLinks** links);

 private:
  void add_node(NodeId id, const NodeHead& head);
  Status link_rows(const ParallelOptions& parallel);
  bool link_row(std::uint32_t* link) const;
  void end_lists();

  const GraphModel* model_ = nullptr;
  PageId pages_ = 0;
  std::uint32_t room_ = 0;      // room for places
  std::uint32_t places_ = 0;    // places so far
  std::uint32_t rows_ = 0;      // rows so far
  std::uint32_t first_ = 0;     // the place of the last node that is not a duplicate
  NodeId duplicate_ = kNoNode;  // the duplicate that the last node names
  bool is_sound_ = true;
  std::uint32_t* first_place_ = nullptr;  // by page: the place of its first node; kNoNode if it has
                                          // no nodes
  std::uint32_t* links_ = nullptr;        // numbers of nodes at first, then as in the result
  std::uint32_t* row_ = nullptr;
  std::uint32_t* place_ = nullptr;
  std::uint32_t* list_end_ = nullptr;
  graph::OldLinks result_{};
};

}  // namespace vecext
