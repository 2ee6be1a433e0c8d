// Which nodes the rows of a set are in, and whether comparing all of them is cheaper than a
// traversal to the nearest: by their codes, which are in the order of nodes (filtered_code_scan.h),
// or by their rerank vectors (vector_scan.h).
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

struct KeptCodes;

/// The nodes of a set's rows in both graphs, found on demand.
class SetNodes {
 public:
  SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena);

  /// True if scanning the whole set is estimated to be cheaper than `visits` node visits.
  bool is_better_than(double visits);

  /// Finds the nodes, if the set can list its rows. False: out of memory.
  bool find();

  /// The nodes found, and their number; before, about that of a set whose codes are kept.
  const BitSet& marks() const { return marks_; }
  std::size_t count() const { return count_; }

  /// The codes of the set that an earlier search has kept, or null.
  const KeptCodes* kept() const { return kept_; }

  /// True if a scan of codes is to keep them.
  bool is_to_keep() const { return is_to_keep_; }

  /// Makes room for the codes of the nodes found, and keeps them once they are all there. False:
  /// out of memory.
  bool begin_keeping(KeptCodes* codes) const;
  bool keep(const KeptCodes& codes);

  /// True if they are so few that their codes are compared one by one.
  bool are_few() const;

  /// True if comparing the nodes found is estimated to be cheaper by their codes.
  bool is_code_scan_better() const { return code_scan_cost_ < scan_cost_; }

 private:
  const GraphModel& model_;
  const RowFilter& filter_;
  const Arena arena_;
  const KeptCodes* kept_ = nullptr;
  bool is_to_keep_ = false;
  bool is_found_ = false;
  BitSet marks_;
  std::size_t count_ = 0;
  // In visits; infinite if there is no such scan. Lower bounds until nodes are found.
  double scan_cost_;
  double code_scan_cost_;
};

}  // namespace vecext
