// The nodes that a search of a graph visits next. They are taken from the frontier a few at a time
// and prefetched together: to translate the address of a page takes half as long as a visit, and
// the processor translates several at once. A nearer node that the first of these visits finds is
// visited only after the others. That makes 3 % more visits in 5 to 7 % less time
// (docs/decisions/011).
#pragma once

#include "core/graph/search/graph_visit.h"
#include "core/page/store.h"

namespace vecext {

template <PageStore S>
class NextNodes {
 public:
  NextNodes(S& store, const GraphSearch& search) : store_(store), search_(search) {}

  /// Takes the next node. Returns false if no node waits within the limit.
  bool pop(QueuedNode* node) {
    drop_beyond();
    if (last_ - first_ <= kAhead) {
      refill();
      drop_beyond();
    }
    if (first_ == last_) {
      return false;
    }
    *node = at(first_++);
    return true;
  }

  /// Prefetches the whole slot of the next node, if that node is known.
  void prefetch() const {
    if (first_ != last_) {
      fetch(at(first_).node, search_.model.layout.slot_bytes);
    }
  }

 private:
  static constexpr std::uint32_t kAhead = 1;  // nodes prefetched while one is visited
  static constexpr std::uint32_t kTaken = 4;
  static constexpr std::uint32_t kRoom = 8;
  static_assert(kAhead + kTaken <= kRoom);

  QueuedNode& at(std::uint32_t i) { return nodes_[i % kRoom]; }
  const QueuedNode& at(std::uint32_t i) const { return nodes_[i % kRoom]; }

  void fetch(NodeId node, std::size_t bytes) const {
    const NodeLayout& layout = search_.model.layout;
    store_.prefetch(layout.page_of(node), layout.offset(layout.slot_of(node)), bytes);
  }

  /// Drops nodes that were within the limit when they were taken, and are beyond it now.
  void drop_beyond() {
    while (first_ != last_ && search_.is_beyond(at(first_))) {
      ++first_;
    }
  }

  void refill() {
    const std::uint32_t before = last_;
    const bool has_none = first_ == last_;
    while (last_ - before < kTaken && search_.frontier->next(&at(last_))) {
      ++last_;
    }
    // The prefetches follow each other directly: anything in between would wait for the first
    // prefetch.
    for (std::uint32_t i = before; i != last_; ++i) {
      fetch(at(i).node, 1);
    }
    if (has_none) {
      prefetch();
    }
  }

  S& store_;
  const GraphSearch& search_;
  QueuedNode nodes_[kRoom];  // in use are [first_, last_), both modulo kRoom
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace vecext
