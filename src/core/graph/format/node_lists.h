// Writes the codes and rows of a part's nodes, and the directory of the lists that the nodes are
// in. A list is a whole number of blocks of codes. Its nodes lie near each other and have
// consecutive numbers. Codes are relative to the list's center, which is the mean of its nodes as
// its rerank vector has it.
#pragma once

#include "core/graph/construct/graph.h"
#include "core/graph/format/node_codes.h"
#include "core/graph/format/factor_range.h"
#include "core/kernel/kernel.h"

namespace vecext {

/// Where lists end: the number of nodes before each end, in the order of their pages.
struct ListEnds {
  std::uint32_t* end;
  std::uint32_t count;
};

/// Moves the ends to ends of whole blocks, and drops lists that are left without a block. The last
/// list ends after the last of `nodes` nodes.
void round_to_blocks(std::uint32_t nodes, ListEnds* ends);

/// Sets how many lists the part has, and how many pages their codes take.
void set_lists(std::uint32_t nodes, const ListEnds& ends, Part part, GraphModel* model);

/// Plans the lists of a graph in memory: rounds their ends, and sets their number in `model`.
/// Returns false if memory runs out.
bool plan_lists(const Graph& graph, Part part, Arena arena, GraphModel* model, ListEnds* ends);

/// The directory of a part's lists while it is made. Call for each list begin(), add() for each
/// node, set_center(), measure() for each node, finish().
class ListDirectory {
 public:
  /// Reserves memory for the lists that set_lists() has counted. Returns false if memory runs out.
  bool reserve(const GraphModel& model, Part part, Arena arena);

  /// Begins the directory.
  void clear();
  /// Begins the next list, which has no nodes yet.
  void begin();
  /// Adds a node to the center of the list, given its vector x.
  void add(const float* x);
  /// Computes the center of the list from the nodes added.
  void set_center();
  /// Adds the distance of x from the center to the scale of the list.
  void measure(const float* x);
  /// Ends the list, whose first codes are in block number `block`. Returns the center for its
  /// codes.
  CodeCenter finish(std::uint32_t block);
  /// Ends the directory. `blocks` is the number of all blocks. Sets what the meta page keeps about
  /// the lists.
  void end(std::uint32_t blocks, GraphLists* lists);

  /// Returns the origin of model space.
  const float* origin() const { return origin_; }
  PageId* pages() { return pages_; }

  /// Copies the directory to `out`, a part of a stream, which has room for lists_bytes().
  void copy_to(std::byte* out) const;

 private:
  const GraphModel* model_ = nullptr;
  std::uint32_t page_count_ = 0;
  std::uint32_t count_ = 0;
  ListHead* heads_ = nullptr;
  PageId* pages_ = nullptr;
  std::byte* centers_ = nullptr;
  FactorRange center_lengths_;
  FactorRange list_residuals_;  // typical residuals of lists
  float center_scale_ = 1;
  float* origin_ = nullptr;
  // These are of the current list.
  double* sums_ = nullptr;
  std::uint32_t nodes_ = 0;
  float* center_ = nullptr;
  double center_length_ = 0;
  FactorRange residuals_;
};

/// Writes the codes and rows of a part's nodes into a new chain, and makes the directory of their
/// lists. `nodes.each(first, end, visit)` calls visit(node, noted row, vector) for the nodes in
/// places [first, end), in order; both return a Status. The caller has called set_lists(), and has
/// set the scale of the part's entries.
template <BulkStore B, class Nodes>
Status write_node_codes(B& bulk, GraphModel* model, Part part, const ListEnds& ends, Nodes& nodes,
                        CodeRecords records, ListDirectory* directory) {
  directory->clear();
  NodeCodesWriter<B> writer(bulk, *model, model->meta.head.next_chain++,
                            {directory->origin(), model->meta.parts[part].entry_scale}, records,
                            directory->pages());
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < ends.count; ++i) {
    const std::uint32_t end = ends.end[i];
    const auto each = [&](const auto& visit) {
      return nodes.each(first, end, [&](NodeId, RowId, const float* x) {
        visit(x);
        return Status{};
      });
    };
    directory->begin();
    Status status = each([&](const float* x) { directory->add(x); });
    directory->set_center();
    if (status.ok()) {
      status = each([&](const float* x) { directory->measure(x); });
    }
    const CodeCenter center = directory->finish(first / kBlockLanes);
    if (status.ok()) {
      status = nodes.each(first, end, [&](NodeId node, RowId noted, const float* x) {
        return writer.add(node, noted, x, center);
      });
    }
    if (!status.ok()) {
      return status;
    }
    first = end;
  }
  directory->end((first + kBlockLanes - 1) / kBlockLanes, &model->meta.lists[part]);
  return writer.finish(&model->meta.parts[part].rows);
}

}  // namespace vecext
