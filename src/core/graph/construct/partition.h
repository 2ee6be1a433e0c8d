// Makes leaves: overlapping groups of rows that lie near each other. A leaf is small enough to
// compare every pair of its rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/cluster/nearest_centroid.h"
#include "core/graph/construct/graph.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/leaf_knn.h"
#include "core/graph/construct/workspace.h"

namespace vecext::graph {

/// The most leaves that a row is in.
inline constexpr std::int32_t kVisits = kMostReplicas * kOverlap;

/// Leaf l has the rows members[l > 0 ? end[l - 1] : 0] to members[end[l] - 1]. No row is in a leaf
/// twice.
struct Leaves {
  std::uint32_t* members;
  std::uint32_t* end;
  std::size_t count;

  std::uint32_t begin(std::size_t l) const { return l > 0 ? end[l - 1] : 0; }

  /// Reserves memory for the leaves of n rows. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t n, std::int32_t replicas);
};

class Partition {
 public:
  Partition(const cluster::Rows& rows, std::int32_t dims, const ParallelOptions& parallel);

  /// Reserves the partition's memory, including what each thread needs to divide a cell. Returns
  /// false if memory runs out.
  bool reserve(Arena arena);

  /// Appends the leaves of one replica. A row has kOverlap nearest leaders, and is in one leaf of
  /// each of them. There must be more than kLeafRows rows.
  Status append(std::uint64_t seed, KnnScratch* scratch, Leaves* leaves);

  /// Puts the rows, which are the constructor's `ids`, in the order of lists. A list has the rows
  /// of one leaf of the replica appended last, but only those that are in the cell of their nearest
  /// leader. Sets *lists to the number of lists, and list_end[l] to where list l ends; list_end has
  /// room for most_lists().
  Status order_by_lists(std::uint32_t* ids, std::uint32_t* list_end, std::uint32_t* lists);

 private:
  /// Flags of a member: it is the last of its leaf; its leaf is in the cell of its nearest leader.
  static constexpr std::uint8_t kIsLast = 1;
  static constexpr std::uint8_t kIsHome = 2;

  /// Memory of a thread for the division of a cell.
  struct Splitter {
    std::uint32_t* sample;
    float* leaders;
    Workspace workspace;
  };

  Splitter splitter(std::int32_t slot) const;
  std::size_t sample(const std::uint32_t* ids, std::size_t n, std::int32_t leaders, Random random,
                     std::uint32_t* out) const;
  Status find_nearest(std::int32_t leaders, KnnScratch* scratch);
  Status fill_cells(std::int32_t leaders);
  void split(std::size_t begin, std::size_t end, int depth, Splitter* splitter);
  bool divide(std::size_t begin, std::size_t end, Splitter* splitter, std::uint32_t* part_end,
              std::int32_t* parts);
  void chop(std::size_t begin, std::size_t end);

  const cluster::Rows rows_;
  const std::int32_t dims_;
  const ParallelOptions& parallel_;
  const std::int32_t leaders_wanted_;
  const std::size_t split_bytes_;  // of memory for one training or assignment
  Workspace training_;
  std::uint32_t* sample_ = nullptr;
  float* leaders_ = nullptr;
  float* norms_ = nullptr;             // squared lengths of the leaders, relative to the first one
  std::uint32_t* cell_end_ = nullptr;  // where the members of each leader end
  // These are by thread:
  std::uint32_t* split_samples_ = nullptr;
  float* split_leaders_ = nullptr;
  std::byte* split_memory_ = nullptr;
  // These are by member of this replica:
  std::uint32_t* nearest_ = nullptr;  // first by row: its leaders; then by member: its part of the
                                      // cell
  std::uint32_t* copy_ = nullptr;
  float* best_ = nullptr;
  std::uint8_t* flags_ = nullptr;
  std::uint8_t* flags_copy_ = nullptr;
  std::uint32_t* members_ = nullptr;
  std::int32_t cells_ = 0;
  std::uint64_t seed_ = 0;
};

}  // namespace vecext::graph
