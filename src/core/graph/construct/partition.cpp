// Makes the cells of the nearest leaders, and divides them into leaves.
#include "core/graph/construct/partition.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/kernel/kernel.h"

namespace vecext::graph {
namespace {

/// The mean number of rows of a cell, or of a part of a cell. It is half of a leaf, as sizes are
/// uneven.
constexpr std::size_t kCellRows = 750;
constexpr std::int32_t kMostLeaders = 1024;
/// How many rows the sample has for each leader.
constexpr std::size_t kRowsPerLeader = 32;
/// The most parts of one division. A part that is still too large is divided again.
constexpr std::int32_t kMostParts = 64;
constexpr std::size_t kSplitSample = kRowsPerLeader * kMostParts;
/// After this many divisions, rows are divided by their numbers.
constexpr int kMostDepth = 12;
constexpr auto kNoLeader = static_cast<std::uint32_t>(-1);

std::int32_t leaders_for(std::size_t n) {
  const std::size_t cells = (n * kOverlap + kCellRows - 1) / kCellRows;
  return static_cast<std::int32_t>(std::min<std::size_t>(cells, kMostLeaders));
}

/// Returns options for a training on one thread that is never cancelled. It is a task of a loop
/// that can be stopped between two tasks.
KMeansOptions training_in_task(std::int32_t k, std::uint64_t seed) {
  return training_of({.threads = 1, .stop = nullptr, .stop_context = nullptr}, k, seed);
}

/// Returns how many bytes the division of a cell takes, for its training or for its assignment,
/// whichever takes more.
std::size_t division_memory(std::int32_t dims) {
  const KMeansOptions training = training_in_task(kMostParts, 0);
  cluster::Nearest nearest(dims, training.parallel);
  return std::max(kmeans_memory(kSplitSample, dims, training) + kTrainingSlack,
                  bytes_taken([&](Arena arena) { nearest.reserve(arena, kMostParts); }));
}

}  // namespace

bool Leaves::reserve(Arena arena, std::size_t n, std::int32_t replicas) {
  const auto partitions = static_cast<std::size_t>(replicas);
  const std::size_t all = n * partitions * kOverlap;
  // A division adds at most one leaf of few rows for each of its parts that is divided further, and
  // one leaf more. Apart from these leaves, two consecutive leaves together have more than
  // kLeafRows rows.
  const std::size_t most = partitions * kMostLeaders + 2 * (kMostDepth + 2) * (all / kLeafRows + 1);
  members = arena.array<std::uint32_t>(all);
  end = arena.array<std::uint32_t>(most);
  count = 0;
  return members != nullptr && end != nullptr;
}

Partition::Partition(const cluster::Rows& rows, std::int32_t dims, const ParallelOptions& parallel)
    : rows_(rows),
      dims_(dims),
      parallel_(parallel),
      leaders_wanted_(leaders_for(rows.n)),
      split_bytes_(aligned(division_memory(dims))) {}

bool Partition::reserve(Arena arena) {
  const auto k = static_cast<std::size_t>(leaders_wanted_);
  const auto dims = static_cast<std::size_t>(dims_);
  const auto threads = static_cast<std::size_t>(parallel_.threads);
  const std::size_t sampled = std::min(rows_.n, k * kRowsPerLeader);
  const KMeansOptions options = training_of(parallel_, leaders_wanted_, 0);
  const std::size_t members = rows_.n * kOverlap;
  sample_ = arena.array<std::uint32_t>(sampled);
  leaders_ = arena.array<float>(k * dims);
  norms_ = arena.array<float>(k);
  cell_end_ = arena.array<std::uint32_t>(k + 1);
  nearest_ = arena.array<std::uint32_t>(members);
  copy_ = arena.array<std::uint32_t>(members);
  best_ = arena.array<float>(members);
  flags_ = arena.array<std::uint8_t>(members);
  flags_copy_ = arena.array<std::uint8_t>(members);
  split_samples_ = arena.array<std::uint32_t>(threads * kSplitSample);
  split_leaders_ = arena.array<float>(threads * kMostParts * dims);
  split_memory_ = arena.array<std::byte>(threads * split_bytes_);
  return sample_ != nullptr && leaders_ != nullptr && norms_ != nullptr && cell_end_ != nullptr &&
         nearest_ != nullptr && copy_ != nullptr && best_ != nullptr && flags_ != nullptr &&
         flags_copy_ != nullptr && split_samples_ != nullptr && split_leaders_ != nullptr &&
         split_memory_ != nullptr &&
         training_.reserve(arena, kmeans_memory(sampled, dims_, options) + kTrainingSlack);
}

Partition::Splitter Partition::splitter(std::int32_t slot) const {
  const auto s = static_cast<std::size_t>(slot);
  return {split_samples_ + s * kSplitSample,
          split_leaders_ + s * kMostParts * static_cast<std::size_t>(dims_),
          Workspace(split_memory_ + s * split_bytes_, split_bytes_)};
}

Status Partition::append(std::uint64_t seed, KnnScratch* scratch, Leaves* leaves) {
  seed_ = seed;
  const std::uint32_t before = leaves->begin(leaves->count);
  members_ = leaves->members + before;

  const std::size_t sampled = sample(rows_.ids, rows_.n, leaders_wanted_, Random(seed), sample_);
  std::int32_t made = 0;
  training_.clear();
  Status status =
      train_kmeans(rows_.x, sample_, sampled, dims_, training_of(parallel_, leaders_wanted_, seed),
                   training_.arena(), leaders_, &made);
  if (status.ok()) {
    status = find_nearest(made, scratch);
  }
  if (status.ok()) {
    status = fill_cells(made);
  }
  if (!status.ok()) {
    return status;
  }

  cells_ = made;
  const std::size_t members = cell_end_[made - 1];
  // Dividing a cell costs some 16 times as much as its last assignment of rows to leaders.
  const std::size_t cell_rows = members / static_cast<std::size_t>(made) + kCellRows;
  const std::size_t work =
      16 * cell_rows * (cell_rows / kCellRows) * static_cast<std::size_t>(dims_);
  status = for_each(parallel_, static_cast<std::size_t>(made), work,
                    [&](std::size_t c, std::int32_t slot) {
                      Splitter thread_splitter = splitter(slot);
                      split(c > 0 ? cell_end_[c - 1] : 0, cell_end_[c], 0, &thread_splitter);
                    });
  for (std::size_t i = 0; i < members && status.ok(); ++i) {
    if ((flags_[i] & kIsLast) != 0) {
      leaves->end[leaves->count++] = before + static_cast<std::uint32_t>(i) + 1;
    }
  }
  return status;
}

/// Makes the lists. A list has the rows whose home is one cell, or some consecutive leaves of a
/// large cell. If a cell is the home of few rows, these rows share a list with the rows of the next
/// cell.
Status Partition::order_by_lists(std::uint32_t* ids, std::uint32_t* list_end,
                                 std::uint32_t* lists) {
  const std::size_t wanted =
      std::max<std::size_t>(2 * kFewestOfList, static_cast<std::size_t>(std::sqrt(rows_.n)));
  std::uint32_t* ordered = nearest_;  // no cell needs it any more
  std::uint32_t count = 0;
  std::uint32_t begin = 0;
  std::int32_t cell = 0;
  *lists = 0;
  const Status status = for_each_in_turn(parallel_, cell_end_[cells_ - 1], [&](std::size_t i) {
    if ((flags_[i] & kIsHome) != 0) {
      ordered[count++] = members_[i];
    }
    while (cell < cells_ - 1 && cell_end_[cell] <= i) {
      ++cell;
    }
    const bool is_last_of_cell = i + 1 == cell_end_[cell];
    const std::size_t least = is_last_of_cell ? kFewestOfList : wanted;
    if ((flags_[i] & kIsLast) != 0 && count - begin >= least) {
      list_end[(*lists)++] = begin = count;
    }
  });
  if (status.ok() && begin < count) {
    list_end[(*lists)++] = count;
  }
  std::copy_n(ordered, count, ids);
  return status;
}

/// Takes a row from each of some equal stretches of the rows. Returns how many it takes.
std::size_t Partition::sample(const std::uint32_t* ids, std::size_t n, std::int32_t leaders,
                              Random random, std::uint32_t* out) const {
  const std::size_t count = std::min(n, static_cast<std::size_t>(leaders) * kRowsPerLeader);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * n / count;
    out[i] = ids[first + random.below((i + 1) * n / count - first)];
  }
  return count;
}

/// Sets nearest_[kOverlap * i] and the following numbers to the leaders of row i, nearest first.
Status Partition::find_nearest(std::int32_t leaders, KnnScratch* scratch) {
  const auto l2_squared = kernel::active().f32.l2_squared;
  const auto dims = static_cast<std::size_t>(dims_);
  for (std::int32_t c = 0; c < leaders; ++c) {
    norms_[c] = l2_squared(leaders_ + static_cast<std::size_t>(c) * dims, leaders_, dims);
  }
  const std::size_t tiles = (rows_.n + kBlock - 1) / kBlock;
  return for_each(
      parallel_, tiles, std::size_t{kBlock} * static_cast<std::size_t>(leaders) * dims,
      [&](std::size_t tile, std::int32_t slot) {
        KnnScratch& thread_scratch = scratch[slot];
        const std::size_t first = tile * kBlock;
        const std::size_t n = std::min<std::size_t>(kBlock, rows_.n - first);
        std::fill_n(thread_scratch.norms, n, 0.0F);  // they would add the same to a row's distances
                                                     // to all leaders
        knn_functions().leaders({.dims = dims_,
                                 .reference = leaders_,
                                 .rows = {rows_.x, rows_.ids + first, thread_scratch.norms,
                                          static_cast<std::int32_t>(n)},
                                 .columns = {leaders_, nullptr, norms_, leaders},
                                 .scratch = &thread_scratch});
        for (std::size_t i = 0; i < n; ++i) {
          for (std::size_t f = 0; f < kOverlap; ++f) {
            nearest_[(first + i) * kOverlap + f] =
                static_cast<std::uint32_t>(thread_scratch.leaders.column[i][f]);
          }
        }
      });
}

/// Puts members in the order of their leaders. If squares overflow, a row is near to fewer leaders,
/// or to none. A row that is near to none is put into the first cell.
Status Partition::fill_cells(std::int32_t leaders) {
  const auto k = static_cast<std::size_t>(leaders);
  std::fill_n(cell_end_, k + 1, 0U);
  const auto each = [&](const auto& visit) {
    return for_each_in_turn(parallel_, rows_.n, [&](std::size_t i) {
      std::uint32_t* nearest = nearest_ + i * kOverlap;
      if (nearest[0] == kNoLeader) {
        nearest[0] = 0;
      }
      for (std::size_t f = 0; f < kOverlap && nearest[f] != kNoLeader; ++f) {
        visit(rows_.ids[i], nearest[f], f == 0);
      }
    });
  };
  Status status = each([&](std::uint32_t, std::uint32_t leader, bool) { ++cell_end_[leader + 1]; });
  std::partial_sum(cell_end_, cell_end_ + k + 1, cell_end_);
  // The place where each cell begins is moved to the place where it ends.
  if (status.ok()) {
    status = each([&](std::uint32_t row, std::uint32_t leader, bool is_home) {
      flags_[cell_end_[leader]] = is_home ? kIsHome : std::uint8_t{0};
      members_[cell_end_[leader]++] = row;
    });
  }
  return status;
}

/// Marks the leaves of the members in [begin, end). If they are few enough, they are one leaf.
/// Otherwise they are divided into parts around leaders of their own, and consecutive small parts
/// are one leaf.
void Partition::split(std::size_t begin, std::size_t end, int depth, Splitter* splitter) {
  if (end - begin <= kLeafRows) {
    if (end > begin) {
      flags_[end - 1] |= kIsLast;
    }
    return;
  }
  std::uint32_t part_end[kMostParts];
  std::int32_t parts = 0;
  if (depth == kMostDepth || !divide(begin, end, splitter, part_end, &parts)) {
    chop(begin, end);
    return;
  }
  std::size_t leaf = begin;  // where the leaf begins
  std::size_t part = begin;
  for (std::int32_t p = 0; p < parts; ++p) {
    const std::size_t next = begin + part_end[p];
    if (next - leaf > kLeafRows && part > leaf) {
      flags_[part - 1] |= kIsLast;
      leaf = part;
    }
    if (next - part > kLeafRows) {
      split(part, next, depth + 1, splitter);
      leaf = next;
    }
    part = next;
  }
  if (part > leaf) {
    flags_[part - 1] |= kIsLast;
  }
}

/// Reorders the members in [begin, end) by the nearest of new leaders. Part p ends at begin +
/// part_end[p]. Returns false if all members stay in one part.
bool Partition::divide(std::size_t begin, std::size_t end, Splitter* splitter,
                       std::uint32_t* part_end, std::int32_t* parts) {
  const std::size_t n = end - begin;
  const auto wanted =
      static_cast<std::int32_t>(std::min<std::size_t>(kMostParts, (n + kCellRows - 1) / kCellRows));
  const std::uint64_t seed = seed_ + begin;
  const KMeansOptions training = training_in_task(wanted, seed);
  std::uint32_t* members = members_ + begin;
  const std::size_t sampled = sample(members, n, wanted, Random(seed), splitter->sample);
  splitter->workspace.clear();
  if (!train_kmeans(rows_.x, splitter->sample, sampled, dims_, training,
                    splitter->workspace.arena(), splitter->leaders, parts)
           .ok()) {
    return false;
  }
  splitter->workspace.clear();
  cluster::Nearest assignment(dims_, training.parallel);
  auto* nearest = reinterpret_cast<std::int32_t*>(nearest_ + begin);
  if (!assignment.reserve(splitter->workspace.arena(), *parts) ||
      !assignment.find({rows_.x, members, n}, splitter->leaders, *parts, best_ + begin, nearest)
           .ok()) {
    return false;
  }

  std::uint32_t start[kMostParts + 1] = {};
  for (std::size_t i = 0; i < n; ++i) {
    ++start[nearest[i] + 1];
  }
  if (*std::max_element(start, start + *parts + 1) == n) {
    return false;
  }
  std::partial_sum(start, start + *parts + 1, start);
  std::copy_n(members, n, copy_ + begin);
  std::copy_n(flags_ + begin, n, flags_copy_ + begin);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t to = start[nearest[i]]++;
    members[to] = copy_[begin + i];
    flags_[begin + to] = flags_copy_[begin + i];
  }
  std::copy_n(start, *parts, part_end);
  return true;
}

/// Makes leaves of the members in [begin, end) in their present order.
void Partition::chop(std::size_t begin, std::size_t end) {
  for (std::size_t at = begin + kLeafRows; at < end; at += kLeafRows) {
    flags_[at - 1] |= kIsLast;
  }
  flags_[end - 1] |= kIsLast;
}

}  // namespace vecext::graph
