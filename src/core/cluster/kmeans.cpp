// Trains centroids: makes coarse groups of the rows, then the centroids of each group, then does
// Lloyd rounds over all of them.
#include "core/cluster/kmeans.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/bytes_taken.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/cluster/distinct.h"
#include "core/cluster/grouped.h"
#include "core/cluster/lists.h"
#include "core/cluster/move_rows.h"
#include "core/cluster/near_centroids.h"

namespace vecext {
namespace cluster {
namespace {

// How many rounds a group's training has. These rounds are cheap, as each row is compared only with
// the centroids of its group. Eight of them gain as much as a second round over all centroids, in
// less time (docs/experiments/kmeans.md).
constexpr std::int32_t kGroupRounds = 8;
/// How many rows, for each group, the groups are placed by.
constexpr std::size_t kRowsPerGroup = 256;
// Fewer centroids than this are found in one step, without groups. A group has at most about this
// many centroids.
constexpr std::int32_t kLeastSplit = 64;
/// What an addition takes in multiply-adds, as it waits for memory; and the most additions of a
/// task.
constexpr std::size_t kAddition = 16;
constexpr std::size_t kPartAdditions = kPartWork / kAddition;

/// Returns how many groups k centroids have. The work is least if there are as many groups as there
/// are centroids in each, but a group has at most about kLeastSplit centroids.
std::int32_t groups_of(std::int32_t k) {
  if (k < kLeastSplit) {
    return 1;
  }
  return std::max(static_cast<std::int32_t>(std::sqrt(k)), k / kLeastSplit);
}

class Trainer {
 public:
  /// `movable` points to the rows if they may be moved, so that the rows of a group, and then the
  /// rows of a centroid, lie next to each other. Otherwise it is null.
  Trainer(const Rows& rows, float* movable, std::int32_t dims, const KMeansOptions& options)
      : all_(rows),
        movable_(movable),
        k_(static_cast<std::int32_t>(std::min(rows.n, static_cast<std::size_t>(options.k)))),
        groups_(groups_of(k_)),
        dims_(static_cast<std::size_t>(dims)),
        options_(options),
        random_(options.seed),
        nearest_centroid_(dims, options.parallel),
        near_centroid_(dims, options.parallel) {}

  /// Reserves all memory. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// Trains the centroids. If `nearest` is not null, sets nearest[i] to the last known centroid of
  /// row i, where rows have the order that they have then.
  Status train(float* centroids, std::int32_t* made, std::int32_t* nearest);

  /// Finds the nearest of the `made` centroids for each row.
  Status find(const float* centroids, std::int32_t made, std::int32_t* nearest);

 private:
  Status train_groups(float* centroids, std::int32_t* made, std::int32_t* nearest);
  Rows rows_of_group(std::int32_t g) const;
  void order_group(std::int32_t g, std::int32_t first, std::int32_t* nearest);
  Status find_nearest(const Rows& rows, const float* centroids, std::int32_t k);
  Status find_groups();
  Status refine(const Rows& rows, std::int32_t rounds, float* centroids, std::int32_t* made);
  Status assign(const Rows& rows, const float* centroids, std::int32_t k, Lists* lists);
  Status average(const float* x, float* centroids);
  Status average_long(const float* x, std::size_t list, std::size_t most, float* centroids);
  void set_mean(const double* sums, std::size_t n, float* mean) const;
  Status seed(const Rows& rows, std::int32_t wanted, float* centroids, std::int32_t* made);
  Status complete(const Rows& rows, std::int32_t wanted, float* centroids, std::int32_t* made);
  void add_rows(const float* x, const std::uint32_t* ids, std::size_t n, double* sums) const;

  const Rows all_;
  float* const movable_;
  const std::int32_t k_;
  const std::int32_t groups_;
  const std::size_t dims_;
  const KMeansOptions& options_;
  Random random_;
  GroupedNearest nearest_centroid_;
  NearCentroids near_centroid_;  // used unless centroids are few
  DistinctRows distinct_;
  float* coarse_ = nullptr;  // centroids of the groups
  Lists grouped_;            // all rows by group
  Lists lists_;              // the current rows in the order of their centroids, or in any order
  float* best_ = nullptr;    // by row
  std::int32_t* nearest_ = nullptr;
  bool known_ = false;      // true if nearest_ has the former centroids of the rows, by the numbers
                            // that rows have now
  double* sums_ = nullptr;  // one row of sums for each thread
  float* row_ = nullptr;    // room for one row
};

bool Trainer::reserve(Arena arena) {
  coarse_ = arena.array<float>(static_cast<std::size_t>(groups_) * dims_);
  best_ = arena.array<float>(all_.n);
  nearest_ = arena.array<std::int32_t>(all_.n);
  sums_ = arena.array<double>(static_cast<std::size_t>(options_.parallel.threads) * dims_);
  row_ = arena.array<float>(dims_);
  return coarse_ != nullptr && best_ != nullptr && nearest_ != nullptr && sums_ != nullptr &&
         row_ != nullptr && grouped_.reserve(arena, all_.n, groups_) &&
         lists_.reserve(arena, all_.n, k_) && distinct_.reserve(arena, k_) &&
         nearest_centroid_.reserve(arena, k_) &&
         (k_ < kLeastSplit || near_centroid_.reserve(arena, k_));
}

Status Trainer::train(float* centroids, std::int32_t* made, std::int32_t* nearest) {
  Status status = train_groups(centroids, made, nearest);
  const bool known = known_ && nearest != nullptr;
  if (nearest != nullptr) {
    nearest_ = nearest;
  }
  // If a group has fewer distinct rows than its share of centroids, other groups get the rest of
  // its share.
  if (status.ok()) {
    status = seed(all_, k_, centroids, made);
  }
  known_ = known_ && known;
  if (status.ok()) {
    status = refine(all_, options_.rounds, centroids, made);
  }
  return status;
}

Status Trainer::find(const float* centroids, std::int32_t made, std::int32_t* nearest) {
  nearest_ = nearest;
  return find_nearest(all_, centroids, made);
}

/// Splits each group into its share of centroids, by its number of rows.
Status Trainer::train_groups(float* centroids, std::int32_t* made, std::int32_t* nearest) {
  Status status = find_groups();
  if (status.ok() && movable_ != nullptr) {
    move_rows(movable_, all_.n, dims_, grouped_.rows, row_);
  }
  bool known = true;
  *made = 0;
  const auto k = static_cast<std::uint64_t>(k_);
  for (std::int32_t g = 0; g < grouped_.count && status.ok(); ++g) {
    const std::uint64_t before = k * grouped_.start[g] / all_.n;
    const std::uint64_t after = k * grouped_.start[g + 1] / all_.n;
    const Rows rows = rows_of_group(g);
    float* group_centroids = centroids + static_cast<std::size_t>(*made) * dims_;
    std::int32_t group_made = 0;
    status = seed(rows, static_cast<std::int32_t>(after - before), group_centroids, &group_made);
    known_ = false;
    if (status.ok()) {
      status = refine(rows, kGroupRounds, group_centroids, &group_made);
    }
    known = known && known_;
    if (status.ok() && movable_ != nullptr) {
      order_group(g, *made, nearest);
    }
    *made += group_made;
  }
  known_ = known;
  return status;
}

Rows Trainer::rows_of_group(std::int32_t g) const {
  const std::size_t first = grouped_.start[g];
  if (movable_ != nullptr) {
    return {movable_ + first * dims_, nullptr, grouped_.size(g)};
  }
  return {all_.x, grouped_.rows + first, grouped_.size(g)};
}

/// Puts the rows of a group in the order of their centroids, which the training of the group has
/// found, and sets `nearest` to these centroids. The first centroid of the group has the number
/// `first` among all centroids.
void Trainer::order_group(std::int32_t g, std::int32_t first, std::int32_t* nearest) {
  const Rows rows = rows_of_group(g);
  std::int32_t* group_nearest = nearest + grouped_.start[g];
  for (std::size_t i = 0; i < rows.n; ++i) {
    group_nearest[i] = first + nearest_[lists_.rows[i]];
  }
  move_rows(movable_ + grouped_.start[g] * dims_, rows.n, dims_, lists_.rows, row_);
}

/// Places the groups by some rows at even intervals, and finds the group of each row.
Status Trainer::find_groups() {
  const std::size_t n = std::min(all_.n, static_cast<std::size_t>(groups_) * kRowsPerGroup);
  for (std::size_t i = 0; i < n; ++i) {
    grouped_.rows[i] = all_.id(i * all_.n / n + random_.below(all_.n / n));
  }
  const Rows sample{all_.x, grouped_.rows, n};
  std::int32_t made = 0;
  Status status = seed(sample, groups_, coarse_, &made);
  known_ = false;
  if (status.ok()) {
    status = refine(sample, kGroupRounds, coarse_, &made);
  }
  known_ = false;
  if (status.ok()) {
    status = assign(all_, coarse_, made, &grouped_);
  }
  return status;
}

/// Does Lloyd rounds. A centroid that has no rows, or equals another centroid, moves to a random
/// row.
Status Trainer::refine(const Rows& rows, std::int32_t rounds, float* centroids,
                       std::int32_t* made) {
  const std::int32_t wanted = *made;
  Status status;
  for (std::int32_t round = 0; round < rounds && wanted > 0 && status.ok(); ++round) {
    status = assign(rows, centroids, *made, &lists_);
    if (status.ok()) {
      status = average(rows.x, centroids);
    }
    *made = lists_.count;
    if (status.ok()) {
      status = complete(rows, wanted, centroids, made);
    }
  }
  return status;
}

Status Trainer::assign(const Rows& rows, const float* centroids, std::int32_t k, Lists* lists) {
  VECEXT_TRY(find_nearest(rows, centroids, k));
  lists->sort(rows, nearest_, k);
  return {};
}

/// Finds the nearest centroid of each row. If the former centroid of each row is known, only looks
/// near it.
Status Trainer::find_nearest(const Rows& rows, const float* centroids, std::int32_t k) {
  if (known_ && k >= kLeastSplit) {
    VECEXT_TRY(near_centroid_.prepare(centroids, k));
    return near_centroid_.find(rows, nearest_, lists_.rows, best_, nearest_);
  }
  VECEXT_TRY(nearest_centroid_.prepare(centroids, k));
  return nearest_centroid_.find(rows, best_, nearest_);
}

/// Sets centroid l to the mean of list l, for all of lists_.
Status Trainer::average(const float* x, float* centroids) {
  const auto lists = static_cast<std::size_t>(lists_.count);
  const std::size_t most = std::max<std::size_t>(1, kPartAdditions / dims_);
  for (std::size_t l = 0; l < lists; ++l) {
    if (lists_.size(static_cast<std::int32_t>(l)) > most) {
      VECEXT_TRY(average_long(x, l, most, centroids));
    }
  }
  const std::size_t rows = lists_.start[lists] / std::max<std::size_t>(1, lists) + 1;
  return for_each(options_.parallel, lists, rows * dims_ * kAddition,
                  [&](std::size_t l, std::int32_t slot) {
                    const std::size_t n = lists_.size(static_cast<std::int32_t>(l));
                    if (n <= most) {
                      double* sums = sums_ + static_cast<std::size_t>(slot) * dims_;
                      std::fill_n(sums, dims_, 0.0);
                      add_rows(x, lists_.rows + lists_.start[l], n, sums);
                      set_mean(sums, n, centroids + l * dims_);
                    }
                  });
}

/// Does the same for one list that is too long for one task.
Status Trainer::average_long(const float* x, std::size_t list, std::size_t most, float* centroids) {
  const std::size_t begin = lists_.start[list];
  const std::size_t end = lists_.start[list + 1];
  std::fill_n(sums_, dims_, 0.0);
  for (std::size_t from = begin; from < end; from += most) {
    const std::size_t n = std::min(most, end - from);
    if (stopped(options_.parallel, n * dims_ * kAddition)) {
      return {.code = StatusCode::kCancelled};
    }
    add_rows(x, lists_.rows + from, n, sums_);
  }
  set_mean(sums_, end - begin, centroids + list * dims_);
  return {};
}

void Trainer::set_mean(const double* sums, std::size_t n, float* mean) const {
  for (std::size_t d = 0; d < dims_; ++d) {
    mean[d] = static_cast<float>(sums[d] / static_cast<double>(n));
  }
}

void Trainer::add_rows(const float* x, const std::uint32_t* ids, std::size_t n,
                       double* sums) const {
  constexpr std::size_t kLine = 64 / sizeof(float);
  for (std::size_t i = 0; i < n; ++i) {
    if (i + 2 < n) {  // rows of a list do not lie next to each other
      for (std::size_t d = 0; d < dims_; d += kLine) {
        __builtin_prefetch(x + ids[i + 2] * dims_ + d);
      }
    }
    const float* row = x + ids[i] * dims_;
    for (std::size_t d = 0; d < dims_; ++d) {
      sums[d] += static_cast<double>(row[d]);
    }
  }
}

/// Adds random rows to the present centroids until there are `wanted` centroids.
Status Trainer::seed(const Rows& rows, std::int32_t wanted, float* centroids, std::int32_t* made) {
  for (std::size_t i = 0; i < rows.n; ++i) {
    lists_.rows[i] = rows.id(i);
  }
  return complete(rows, wanted, centroids, made);
}

/// Drops centroids that equal an earlier centroid. Then adds random rows of lists_.rows (which it
/// shuffles) that differ from all centroids, until there are `wanted` centroids or no such row is
/// left.
Status Trainer::complete(const Rows& rows, std::int32_t wanted, float* centroids,
                         std::int32_t* made) {
  distinct_.clear(centroids, static_cast<std::int32_t>(dims_));
  std::int32_t kept = 0;
  const auto keep_if_new = [&](const float* row) {
    float* place = centroids + static_cast<std::size_t>(kept) * dims_;
    if (row != place) {
      std::copy_n(row, dims_, place);
    }
    if (distinct_.add(kept)) {
      ++kept;
    }
  };
  for (std::int32_t c = 0; c < *made; ++c) {
    keep_if_new(centroids + static_cast<std::size_t>(c) * dims_);
  }
  known_ = kept == *made;
  for (std::size_t i = 0; i < rows.n && kept < wanted; ++i) {
    if (stopped(options_.parallel)) {
      return {.code = StatusCode::kCancelled};
    }
    std::swap(lists_.rows[i], lists_.rows[i + random_.below(rows.n - i)]);
    keep_if_new(rows.x + lists_.rows[i] * dims_);
  }
  *made = kept;
  return {};
}

/// Trains as train_kmeans() says. `movable`, `nearest` and `distance` are all null, or none of them
/// is.
Status train(const Rows& rows, float* movable, std::int32_t dims, const KMeansOptions& options,
             Arena arena, float* centroids, std::int32_t* made, std::int32_t* nearest,
             float* distance) {
  if (rows.n == 0) {
    std::fill_n(centroids, dims, 0.0F);
    *made = 1;
    return {};
  }
  Trainer trainer(rows, movable, dims, options);
  // Rows are numbered in 32 bits.
  if (rows.n > UINT32_MAX || !trainer.reserve(arena)) {
    return out_of_memory();
  }
  VECEXT_TRY(trainer.train(centroids, made, nearest));
  if (nearest == nullptr) {
    return {};
  }
  VECEXT_TRY(trainer.find(centroids, *made, nearest));
  return measure(rows, dims, centroids, options.parallel, nearest, distance);
}

}  // namespace
}  // namespace cluster

Status train_kmeans(const float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made) {
  return train_kmeans(x, nullptr, n, dims, options, arena, centroids, made);
}

Status train_kmeans(const float* x, const std::uint32_t* ids, std::size_t n, std::int32_t dims,
                    const KMeansOptions& options, Arena arena, float* centroids,
                    std::int32_t* made) {
  return cluster::train({x, ids, n}, nullptr, dims, options, arena, centroids, made, nullptr,
                        nullptr);
}

Status train_kmeans(float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made, std::int32_t* nearest,
                    float* distance) {
  return cluster::train({x, nullptr, n}, x, dims, options, arena, centroids, made, nearest,
                        distance);
}

std::size_t kmeans_memory(std::size_t n, std::int32_t dims, const KMeansOptions& options) {
  if (n == 0) {
    return 0;
  }
  return bytes_taken([&](const Arena& counting) {
    cluster::Trainer({nullptr, nullptr, n}, nullptr, dims, options).reserve(counting);
  });
}

double kmeans_work(std::size_t n, std::int32_t dims, const KMeansOptions& options) {
  const auto k =
      static_cast<std::int32_t>(std::min(n, static_cast<std::size_t>(std::max(options.k, 1))));
  if (k == 0) {
    return 0;
  }
  const std::int32_t groups = cluster::groups_of(k);
  constexpr auto kAddition = static_cast<std::int32_t>(cluster::kAddition);
  const std::int32_t in_groups =
      cluster::kGroupRounds * (cluster::padded(k / groups) + kAddition) + cluster::padded(groups);
  const std::int32_t over_all =
      (options.rounds + 1) * std::min(cluster::padded(k), cluster::NearCentroids::kMet) +
      options.rounds * kAddition;
  return static_cast<double>(n) * dims * (in_groups + over_all);
}

}  // namespace vecext
