// A page of nodes of a graph. All slots have the same size; the head's `rows` counts the slots in
// use. Node `id` is slot id % slots of page id / slots, where `slots` is how many slots a page has,
// so a node's number is its address.
//
//   slot   0       6          7          8              12        16                16 + v
//          | row 6 | flags u1 | scale i1 | duplicate u4 | mark u4 | rerank vector v |
//          16 + v            16 + v + 4 r
//          | r x neighbor u4 | r / 32 blocks |
//
//   block  0          16 g             16 g + 64          16 g + 128
//          | 32 codes | 32 x factor a f2 | 32 x factor b f2 |
//
// with g groups of 4 bits a code, in FastScan order; v is a multiple of 4, and r of 32. Lane i of
// block j has the code of neighbor 32 j + i, relative to this node's rerank vector. Its factors are
// stored divided by link_scale(). A lane of kNoNode is empty. A search goes through a node without
// a row, and never finds it.
//
// Nodes of equal vectors are chained by `duplicate`. Only the first of them has neighbors, and only
// the first is a neighbor of others. Vectors also count as equal if their directions differ only by
// rounding, or if their rerank vectors or sketches are equal, so the vectors of a chain may differ.
// If they do, the first node of the chain has a flag: kHasRounded if the metric is cosine and the
// directions differ only by rounding, and kHasUnequal otherwise.
//
// Slots follow each other from the payload's start on. Unless a page would then have fewer slots,
// they are laid so that their blocks begin at cache lines and a slot takes as few lines as
// possible:
//
//   page   0        64       64 + f                          8184
//          | ...    | 0      | slot | 0 | slot | 0 | ...     |
//
// with f + 16 + v + 4 r a multiple of 64, and slots a multiple of 64 apart.
//
// A slot is changed as a whole under the page's exclusive lock. If the head's `chain` is the chain
// that the meta page names for the graph, the page belongs to the graph. Otherwise it belongs to a
// graph that was replaced, or is not complete yet.
#pragma once

#include "core/kernel/half.h"
#include "core/page/code_page.h"

namespace vecext {

/// Number of a node of a graph.
using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFF;

struct NodeHead {
  RowId row;  // kNoRow if the row was removed
  std::uint8_t flags;
  std::int8_t scale;   // an exponent; see link_scale()
  NodeId duplicate;    // next node of an equal vector, or kNoNode
  std::uint32_t mark;  // always kNodeMark
};
static_assert(sizeof(NodeHead) == 16 && offsetof(NodeHead, flags) == 6 &&
              offsetof(NodeHead, scale) == 7 && offsetof(NodeHead, duplicate) == 8);

/// Exponents of scales are between -kMostScale and kMostScale.
inline constexpr int kMostScale = 100;

/// Returns the scale of a node's codes, given the scale of its graph.
inline float link_scale(const NodeHead& head, float scale) {
  return scale * __builtin_bit_cast(float, (127 + head.scale) << 23);
}

/// The mark of a slot that has a node. Each slot has it, so that a visit need not check the page's
/// head or tail.
inline constexpr std::uint32_t kNodeMark = 0x45444F4E;  // "NODE"

/// Flag of a node that is a duplicate of another node. It has no neighbors.
inline constexpr std::uint8_t kIsDuplicate = 1;

/// Flag of a node some of whose duplicates have other vectors, which were equal only to the
/// construction of the graph.
inline constexpr std::uint8_t kHasUnequal = 2;

/// Flag of a node some of whose duplicates have distances that differ from the node's own distance,
/// but only by rounding.
inline constexpr std::uint8_t kHasRounded = 4;

/// The most groups of a code: with more, not even the codes of one block would fit in a page.
inline constexpr std::size_t kMostGroups = kPayloadSize / 16;

/// The most neighbors of a node. More neighbors are of no use (measured).
inline constexpr std::int32_t kMaxDegree = 96;

/// The geometry of the slots of one index; see node_layout().
struct NodeLayout {
  std::size_t rerank_bytes;  // bytes of a rerank vector as it is stored, a multiple of 4
  std::int32_t degree;       // r
  std::int32_t groups;       // g
  std::size_t slot_bytes;
  std::int32_t slots;  // slots of a page; 0 if not even one fits
  std::size_t first;   // where the first slot begins in the payload: f
  std::size_t stride;  // bytes from one slot to the next

  std::int32_t blocks() const { return degree / kBlockLanes; }
  std::size_t block_bytes() const {
    return 16 * static_cast<std::size_t>(groups) + 2 * kBlockLanes * sizeof(Half);
  }
  std::size_t neighbors_offset() const { return sizeof(NodeHead) + rerank_bytes; }
  std::size_t blocks_offset() const {
    return neighbors_offset() + static_cast<std::size_t>(degree) * sizeof(NodeId);
  }

  PageId page_of(NodeId id) const { return id / static_cast<NodeId>(slots); }
  std::int32_t slot_of(NodeId id) const {
    return static_cast<std::int32_t>(id % static_cast<NodeId>(slots));
  }
  NodeId id_of(PageId page, std::int32_t slot) const {
    return page * static_cast<NodeId>(slots) + static_cast<NodeId>(slot);
  }
  /// Returns where a slot begins on its page.
  std::size_t offset(std::int32_t slot) const {
    return kPayloadOffset + first + static_cast<std::size_t>(slot) * stride;
  }
};

/// Returns the layout for rerank vectors of `rerank_bytes` bytes, `degree` neighbors (a multiple of
/// 32, at most kMaxDegree) and codes of `groups` groups. Blocks begin at cache lines if that does
/// not make slots fewer.
NodeLayout node_layout(std::size_t rerank_bytes, std::int32_t degree, std::int32_t groups);

/// One slot within a page. Byte is std::byte or const std::byte.
template <class Byte>
struct NodeSlot {
  Byte* at;
  const NodeLayout& layout;

  template <class T>
  using Like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

  auto* head() const { return reinterpret_cast<Like<NodeHead>*>(at); }
  Byte* rerank() const { return at + sizeof(NodeHead); }
  auto* neighbors() const {
    return reinterpret_cast<Like<NodeId>*>(at + layout.neighbors_offset());
  }
  CodeBlock<Byte> block(std::int32_t i) const {
    return {at + layout.blocks_offset() + static_cast<std::size_t>(i) * layout.block_bytes(),
            16 * static_cast<std::size_t>(layout.groups)};
  }
};

template <class Byte>
NodeSlot<Byte> node_slot(Byte* page, const NodeLayout& layout, std::int32_t slot) {
  return {page + layout.offset(slot), layout};
}

/// Returns kCorrupt unless the page is a page of nodes whose count fits.
Status check_node_page(const std::byte* page, const NodeLayout& layout);

}  // namespace vecext
