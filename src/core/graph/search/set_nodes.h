// The nodes that the rows of a set are in, and if comparing all of them is cheaper than a traversal
// to the nearest. They are compared by their codes, which are in the order of nodes
// (filtered_code_scan.h), or by their rerank vectors (vector_scan.h). If a set outlives the
// statement, searches keep rerank vectors or codes with it: rerank vectors if comparing them takes
// hardly longer than comparing codes, otherwise codes.
#pragma once

#include "core/graph/search/gathered_codes.h"

namespace vecext {

/// The rerank vectors of all nodes of a set, with their rows. A row may be removed after it was
/// read. Then either the table finds it dead, or searches have given up the set
/// (pg/rowset/kept_sets.cpp).
struct KeptVectors {
  std::byte* slots;  // by node: the part of its slot that is kept
  std::size_t count;

  static std::size_t slot_bytes(const NodeLayout& layout) {
    return sizeof(NodeHead) + layout.rerank_bytes;
  }

  NodeSlot<const std::byte> slot(const NodeLayout& layout, std::size_t i) const {
    return {slots + i * slot_bytes(layout), layout};
  }

  void add(const NodeSlot<const std::byte>& slot) {
    __builtin_memcpy(slots + count++ * slot_bytes(slot.layout), slot.at, slot_bytes(slot.layout));
  }
};

/// What searches of a graph keep of a set.
struct KeptNodes {
  bool has_vectors;  // otherwise the codes are kept
  KeptVectors vectors;
  KeptCodes codes;
};

/// The nodes of a set's rows in both graphs, found on demand.
class SetNodes {
 public:
  SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena);

  /// True if scanning the whole set is estimated to be cheaper than visiting `visits` nodes.
  bool is_better_than(double visits);

  /// Finds the nodes of the set's rows, if the set can list its rows. Returns false if memory runs
  /// out.
  bool find();

  /// marks() are the nodes that find() has found, and count() is their number. Before find(),
  /// count() is about the number of rows of the set if an earlier search has kept something of it.
  const BitSet& marks() const { return marks_; }
  std::size_t count() const { return count_; }

  /// What an earlier search has kept of the set: vectors or codes. One of the two pointers is null,
  /// or both are if nothing is kept.
  bool has_kept() const { return kept_ != nullptr; }
  const KeptVectors* kept_vectors() const {
    return has_kept() && kept_->has_vectors ? &kept_->vectors : nullptr;
  }
  const KeptCodes* kept_codes() const {
    return has_kept() && !kept_->has_vectors ? &kept_->codes : nullptr;
  }

  /// True if a search that compares all nodes by their vectors (or by their codes) should keep the
  /// vectors (or the codes) with the set.
  bool is_to_keep_vectors() const { return is_to_keep_ && prefers_vectors_; }
  bool is_to_keep_codes() const { return is_to_keep_ && !prefers_vectors_; }

  /// begin_keeping() takes memory for the vectors or codes of the nodes found. keep() stores them
  /// with the set, once all are there. Both return false if memory runs out.
  bool begin_keeping(KeptNodes* kept) const;
  bool keep(const KeptNodes& kept);

  /// True if the nodes found are so few that their codes are compared one by one.
  bool are_few() const;

  /// True if comparing the nodes found by their codes is estimated to be cheaper than comparing
  /// them by their vectors.
  bool is_code_scan_better() const { return code_scan_cost_ < scan_cost_; }

 private:
  void choose_what_to_keep();

  const GraphModel& model_;
  const RowFilter& filter_;
  const Arena arena_;
  const KeptNodes* kept_ = nullptr;
  bool is_to_keep_ = false;
  bool prefers_vectors_ = false;  // has vectors, or is to keep them
  bool is_found_ = false;
  BitSet marks_;
  std::size_t count_ = 0;
  // The costs are in visits. A cost is infinite if that kind of scan is not possible. The costs are
  // lower bounds until nodes are found.
  double scan_cost_;
  double code_scan_cost_;
};

}  // namespace vecext
