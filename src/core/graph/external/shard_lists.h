// Lists of links on their way from shards into pages. A node has a list from each of its two
// shards. The list from its home shard is in its slot, with ordinals of rows in place of neighbors.
// The list from the other shard is in a record. The two lists are merged into the node's links.
//
//   record  0            4                 4 + 4 r           4 + 8 r
//           | ordinal u4 | r x neighbor u4 | r x distance f4 | r / 32 blocks (node_page.h) |
#pragma once

#include "core/graph/construct/construct.h"
#include "core/graph/format/graph_write.h"
#include "core/graph/construct/prune.h"

namespace vecext::graph {

/// A row in the file of a shard. The row's rerank vector follows it in the file.
struct RowRecord {
  std::uint32_t ordinal;  // among all rows, in their order
  RowId row;
  std::uint16_t home;  // the shard that has its node
};
static_assert(sizeof(RowRecord) == 12);

/// The rows of a shard, and their graph.
struct ShardGraph {
  const RowRecord* records;
  const float* x;  // floats of the construction, `stride` for each row
  std::size_t stride;
  Graph graph;

  const RowRecord& record(std::uint32_t node) const { return records[graph.row[node]]; }
};

inline std::size_t list_record_bytes(const NodeLayout& layout) {
  return sizeof(std::uint32_t) +
         static_cast<std::size_t>(layout.degree) * (sizeof(std::uint32_t) + sizeof(float)) +
         static_cast<std::size_t>(layout.blocks()) * layout.block_bytes();
}

/// A node's list; its parts may be in a slot or in a record. Byte is std::byte or const std::byte.
template <class Byte>
struct ListView {
  template <class T>
  using Like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

  Like<std::uint32_t>* neighbors;
  Like<float>* distances;
  Byte* blocks;
};

/// Returns the list of a record, which follows the record's ordinal.
template <class Byte>
ListView<Byte> list_of_record(Byte* record, const NodeLayout& layout) {
  using View = ListView<Byte>;
  auto* neighbors = reinterpret_cast<typename View::template Like<std::uint32_t>*>(record) + 1;
  auto* distances =
      reinterpret_cast<typename View::template Like<float>*>(neighbors + layout.degree);
  return {neighbors, distances, reinterpret_cast<Byte*>(distances + layout.degree)};
}

/// Writes the links of a shard's node to `list`: the ordinals, distances and codes of its
/// neighbors.
void put_list(const GraphModel& model, const ShardGraph& shard, std::uint32_t node,
              const ListView<std::byte>& list);

/// Maps the ordinals of rows to the numbers of nodes.
struct NodeNumbers {
  const std::uint32_t* node;  // by ordinal: place, in the order of pages, of the node that is the
                              // first duplicate
  std::uint32_t rows;
  NodePages pages;
};

/// Merges lists, many at a time. The two lists of a node are pruned together, as candidates are
/// (prune.h). Distances between neighbors are estimated from their codes, which are signs of
/// rotated coordinates: the share of signs that differ between two vectors is their angle as a
/// share of a half turn (Charikar 2002).
class ListMerge {
 public:
  ListMerge(const GraphModel& model, const NodeNumbers& numbers, float alpha);

  /// Merges two lists of node `self` into the final links of its slot: the list in the slot, with
  /// its `distances`, and the list in `record`, which may be null.
  void merge(std::uint32_t self, const NodeSlot<std::byte>& slot, const float* distances,
             const std::byte* record) const;

 private:
  static constexpr std::int32_t kMostSigns = 256;  // the most signs compared

  /// A neighbor in one of the lists.
  struct Link {
    std::uint32_t node;
    float distance;  // squared
    std::int32_t lane;
    const std::byte* blocks;
    float length;
    std::uint8_t signs[kMostSigns / 8];
  };

  std::int32_t add_links(std::uint32_t self, const ListView<const std::byte>& list,
                         Link* links) const;
  void set_signs(Link* link) const;
  bool is_occluded(const Link& link, const Link* const* kept, std::int32_t count) const;
  std::int32_t prune(Link* links, std::int32_t home, std::int32_t n, const Link** chosen) const;
  void copy_lane(const Link& link, std::int32_t lane, std::byte* blocks) const;

  const GraphModel& model_;
  const NodeNumbers& numbers_;
  const float alpha_squared_;
  const std::int32_t sign_groups_;
  float cosine_[kMostSigns + 1];  // by the number of signs that differ
};

}  // namespace vecext::graph
