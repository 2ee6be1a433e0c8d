// Page 0 of a graph's index: what it is, and where its parts begin.
//
// payload  0          24        28       32          36        40         44    48
//          | MetaHead | 4 x u1  | dims i4 | rotated i4 | coded i4 | degree i4 | m i4 |
//          48                 52       56        64           68                72
//          | ef_construction i4 | scale f4 | seed u8 | pending u4 | pending_tail u4 |
//          72                80                 128                200
//          | pending_pages u4 | edge f4 | 2 x GraphPart 24 | GraphCalibration | 2 x GraphLists 16 |
//          232
//          | 4 x PrivateChain 24 |
//
// The four bytes are element, metric, rerank and 0.
#pragma once

#include <algorithm>
#include <array>

#include "core/page/meta_head.h"
#include "core/page/node_page.h"

namespace vecext {

/// The most entry points of a graph. Every search compares all of them, which are a page's worth of
/// FastScan blocks.
inline constexpr std::int32_t kMaxEntries = 256;

/// One of the graphs in an index. No link leads from one graph to another.
struct GraphPart {
  PageId model;           // stream of mean and entries (core/graph/format/graph_model.h)
  std::uint32_t entries;  // entry points
  std::uint32_t chain;    // number on the pages of its nodes; 0 if the part does not exist
  std::uint32_t nodes;    // nodes on these pages
  float entry_scale;      // scale of the factors of entries
  PageId rows;  // chain of its nodes' codes and rows (node_codes_page.h); kNoPage if there are no
                // nodes
};
static_assert(sizeof(GraphPart) == 24 && offsetof(GraphPart, entry_scale) == 16 &&
              offsetof(GraphPart, rows) == 20);

/// The main graph, which always exists, and the delta graph, which has rows inserted since the main
/// graph was constructed. With a delta graph, these rows need not be compared one by one, nor be
/// taken into the main graph a few at a time.
enum Part : int { kMain, kDelta };
inline constexpr Part kParts[] = {kMain, kDelta};

/// How many lists the nodes of a part are in (core/graph/format/node_lists.h).
struct GraphLists {
  std::uint32_t count;  // 0 if there are no nodes
  std::uint32_t pages;  // pages that have the blocks of their codes
  float center_scale;   // scale of the factors of centers; > 0 if count > 0
  float residual;       // typical squared distance of nodes from the center of their list
};
static_assert(sizeof(GraphLists) == 16);

/// The recalls that trials of a graph find the slack for.
inline constexpr std::array kCalibratedRecalls = {0.9, 0.95, 0.98, 0.99};

/// What searches need to reach one of these recalls.
struct CalibratedRecall {
  float slack;   // core/graph/search/slack.h
  float recall;  // recall reached with that slack (core/graph/calibrate/trial_result.h)
  float easy;    // visits of a search for a query like a row
  float hard;    // visits of a search for a query between rows
};

/// What trials of the main graph have found (core/graph/calibrate/calibrate.h).
struct GraphCalibration {
  std::uint32_t nodes;  // nodes in the graph at the time; if the graph was not tried, this and all
                        // other fields are 0
  float longest;        // length of the longest row seen if scores are inner products, or else 0
  CalibratedRecall at[kCalibratedRecalls.size()];
};
static_assert(sizeof(GraphCalibration) == 72 && offsetof(GraphCalibration, at) == 8);

/// Pending rows of one transaction, in a chain beside the common chain. Other transactions do not
/// compare these rows before this transaction has ended.
struct PrivateChain {
  std::uint64_t writer;  // the full number of the transaction; kNoWriter if the place is free
  PageId first;
  PageId tail;          // the last page
  std::uint32_t pages;  // pages in the chain
  std::uint32_t reserved;
};
static_assert(sizeof(PrivateChain) == 24 && offsetof(PrivateChain, first) == 8);

/// How many transactions can have a private chain at a time.
inline constexpr std::size_t kPrivateChains = 4;
using PrivateChains = std::array<PrivateChain, kPrivateChains>;

/// The meta page's contents, which lie at the payload's start. Fields are fixed when the index is
/// built unless their comment says that they change.
struct GraphMeta {
  MetaHead head;
  std::uint8_t element;  // Element (core/quant/transform.h)
  std::uint8_t metric;   // Metric (core/quant/codec.h)
  std::uint8_t rerank;   // Rerank (core/quant/rerank_vector.h); 0 if the graph is flat
                         // (packed_page.h)
  std::uint8_t reserved;
  std::int32_t dims;             // dimensions of the column
  std::int32_t rotated;          // D of the rotation; in a flat graph it changes, and is the mean
                                 // bytes of an element
  std::int32_t coded;            // dimensions that have a code; in a flat graph `dims` if
                                 // neighbors' elements lie beside a node, or 0
  std::int32_t degree;           // neighbors of a node
  std::int32_t m;                // the options m and ef_construction are as they were given
  std::int32_t ef_construction;  //
  float scale;                   // changes with the main graph: scale of the factors of neighbors
  std::uint64_t seed;            // of the rotation, or of sketches (core/graph/flat/sketch.h)
  PageId pending;                // changes: first page of pending rows
  PageId pending_tail;           // changes: the last page, or a page before it
  std::uint32_t pending_pages;   // changes: about how many pages the chain has
  float edge;                    // changes with the main graph: typical squared length of links
  GraphPart parts[2];            // change
  GraphCalibration calibration;  // changes with the main graph
  GraphLists lists[2];           // change; by part
  PrivateChains privates;        // change
};
static_assert(sizeof(GraphMeta) == 328 && offsetof(GraphMeta, privates) == 232 &&
              sizeof(GraphMeta) <= kMostMetaBytes && offsetof(GraphMeta, element) == 24 &&
              offsetof(GraphMeta, dims) == 28 && offsetof(GraphMeta, seed) == 56 &&
              offsetof(GraphMeta, pending) == 64 && offsetof(GraphMeta, parts) == 80 &&
              offsetof(GraphMeta, calibration) == 128 && offsetof(GraphMeta, lists) == 200);

/// True if the graph's pages are as packed_page.h describes them.
inline bool is_flat(const GraphMeta& meta) {
  return meta.rerank == 0;
}

/// The number that stands for no transaction where a number of a transaction is expected.
inline constexpr std::uint64_t kNoWriter = 0;

/// Returns the `chain` of the last page of the pending rows of a transaction. For kNoWriter,
/// returns the `chain` of the last page of the pending rows that every search compares. An inserter
/// can tell by it if the page that it knows has become the last page of another chain.
constexpr std::uint32_t chain_of_writer(std::uint64_t writer) {
  return static_cast<std::uint32_t>(writer);
}

/// Returns the chain of a transaction. For kNoWriter, returns a place for another chain. Returns
/// null if there is no such chain or place.
template <class Chains>
auto* find_chain_or_place(Chains* chains, std::uint64_t writer) {
  const auto found =
      std::find_if(chains->begin(), chains->end(),
                   [writer](const PrivateChain& one) { return one.writer == writer; });
  return found == chains->end() ? nullptr : &*found;
}

/// Returns the chain of a transaction, or null if it has none.
template <class Chains>
auto* find_private(Chains* chains, std::uint64_t writer) {
  return writer == kNoWriter ? nullptr : find_chain_or_place(chains, writer);
}

/// Returns a place for another chain, or null if there is none.
template <class Chains>
auto* find_place(Chains* chains) {
  return find_chain_or_place(chains, kNoWriter);
}

/// Returns the last page of the chain of a transaction, or kNoPage if it has none.
inline PageId private_tail(const PrivateChains& chains, std::uint64_t writer) {
  const PrivateChain* chain = find_private(&chains, writer);
  return chain == nullptr ? kNoPage : chain->tail;
}

template <class Byte>
auto* graph_meta_of(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const GraphMeta, GraphMeta>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Returns how many bytes a rerank vector has in a slot: one or two for each dimension and twelve
/// more, rounded up to a multiple of 4.
std::size_t graph_rerank_bytes(const GraphMeta& meta);

/// Returns ok if the page is the meta page of a graph, and its numbers make sense together.
Status check_graph_meta_page(const std::byte* page);

}  // namespace vecext
