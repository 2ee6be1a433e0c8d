#include "core/graph/search/filtered_traversal.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace vecext {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// How many entry points a traversal starts from: the nearest of all entries, and the nearest
/// entries that match.
constexpr std::int32_t kAnyStarts = 2;
constexpr std::int32_t kMatchingStarts = 8;

/// The penalty of a node that does not match, as a multiple of the difference between its estimate
/// and the nearest score visited. Such a ratio means the same for every metric.
constexpr float kNonMatchingPenalty = 0.15F;  // if a neighbor of the same node matches
constexpr float kLastResort = 100;            // if no neighbor does

/// How many visits are made between two updates of the number of rows wanted.
constexpr std::int64_t kVisitsBetween = 16;

/// The number of rows wanted, for each of the ef. It is kRowsWanted if a node has one neighbor,
/// before the share and the place of the set are considered. Visits to nodes with more neighbors
/// say more, so fewer rows are wanted. It is at most kMostWanted. All rows wanted are at most the
/// share kPartOfSet of the set, which would otherwise be searched whole.
constexpr double kRowsWanted = 56;
constexpr double kMostWanted = 32;
constexpr double kPartOfSet = 1.0 / 2;

/// How many visits each row wanted takes if the set has all rows and a node has one neighbor
/// (measured). This prior counts as much as kRowsOfPrior rows found.
constexpr double kVisitsPerRow = 0.95;
constexpr double kRowsOfPrior = 4;

/// Before this many visits the cost of a traversal cannot be estimated. The traversal goes on, as
/// the set may lie near: then it takes about kVisitsNear visits for each row.
constexpr std::int64_t kVisitsToTell = kVisitsBetween;
constexpr double kVisitsNear = 2;

/// Returns the estimated share of nodes whose rows are in the set.
double share_of_set(const GraphModel& model, const RowFilter& filter) {
  const double nodes = std::max(model.nodes(), 1U);
  return std::clamp(static_cast<double>(filter.set_rows), 1.0, nodes) / nodes;
}

}  // namespace

bool NearestScores::reset(std::int32_t most, Arena arena) {
  if (most_ < most) {
    scores_ = arena.array<float>(static_cast<std::size_t>(most));
    most_ = scores_ == nullptr ? 0 : most;
  }
  count_ = 0;
  return scores_ != nullptr;
}

void NearestScores::add(float score) {
  if (count_ == most_) {
    if (!(score < scores_[most_ - 1])) {
      return;
    }
    --count_;
  }
  float* at = std::upper_bound(scores_, scores_ + count_, score);
  std::memmove(at + 1, at, static_cast<std::size_t>(scores_ + count_ - at) * sizeof(float));
  *at = score;
  ++count_;
}

FilteredTraversal::FilteredTraversal(const GraphModel& model, Part part, const RowFilter& filter,
                                     std::int32_t ef, float ceiling, SetNodes* nodes)
    : rows_(model.rows),
      filter_(filter),
      ef_(ef),
      share_(share_of_set(model, filter)),
      base_(kRowsWanted / model.meta.degree * ef * std::pow(share_, -0.25)),
      most_wanted_(static_cast<std::int32_t>(
          std::clamp(share_ * model.meta.parts[part].nodes * kPartOfSet, static_cast<double>(ef),
                     std::max(ef * 1.0, std::min(ef * kMostWanted, 1e9))))),
      ceiling_(ceiling),
      nodes_(nodes),
      visits_per_row_(kVisitsPerRow * std::sqrt(1.0 * model.meta.degree) * std::pow(share_, -0.25)),
      is_too_expensive_(nodes->is_better_than(base_ * kVisitsNear)) {}

bool FilteredTraversal::start(const ScoredEntries* entries, Arena arena, Frontier* frontier) {
  if (!found_.reset(most_wanted_, arena) || !frontier->reserve(entries->count)) {
    return false;
  }
  visits_ = 0;
  nearest_ = kInfinity;
  entries_ = entries;
  matching_[0] = 0;
  for (std::int32_t i = 0; i < entries->count; ++i) {
    const QueuedNode& entry = entries->nearest[i];
    const bool matches = matching_nodes(rows_, filter_, &entry.node, 1) != 0;
    matching_[i + 1] = matching_[i] + (matches ? 1 : 0);
    if (i < kAnyStarts || (matches && matching_[i] < kMatchingStarts)) {
      frontier->push(entry.node, entry.estimate, kRough);
    }
  }
  want_rows();
  return true;
}

bool FilteredTraversal::go_on(Frontier* frontier) {
  if (!frontier->reserve(entries_->count)) {
    return false;
  }
  for (std::int32_t i = 0; i < entries_->count; ++i) {
    frontier->push(entries_->nearest[i].node, entries_->nearest[i].estimate, kRough);
  }
  return true;
}

float FilteredTraversal::limit() const {
  const float limit = found_.count() < wanted_ ? kInfinity : found_[wanted_ - 1];
  return visits_ < ef_ ? limit : std::min(limit, ceiling_);
}

/// Returns how many rows are wanted. More rows are wanted from a small set, since each of its rows
/// gets fewer estimates. More rows are also wanted from a set that lies elsewhere. The entries that
/// are as near as the rows found then match less often than nodes do on average, and paths to the
/// nearest rows of the set begin anywhere at its border.
std::int32_t FilteredTraversal::rows_wanted() const {
  const std::int32_t known = std::min(found_.count(), wanted_);
  std::int32_t within = 0;
  while (known > 0 && within < entries_->count &&
         entries_->nearest[within].estimate <= found_[known - 1]) {
    ++within;
  }
  const double share_within = (matching_[within] + 1.0) / (within + 1.0);
  return static_cast<std::int32_t>(std::clamp(base_ * std::max(1.0, share_ / share_within),
                                              static_cast<double>(ef_),
                                              static_cast<double>(most_wanted_)));
}

void FilteredTraversal::note_visit(double score) {
  if (std::isfinite(score)) {
    nearest_ = std::min(nearest_, static_cast<float>(score));
  }
  if (++visits_ % kVisitsBetween == 0) {
    want_rows();
  }
}

/// Estimates from the visits made so far how many visits the traversal makes in all.
double FilteredTraversal::visits_expected() const {
  if (visits_ < kVisitsToTell) {
    return wanted_ * kVisitsNear;
  }
  const auto visits = static_cast<double>(visits_);
  const double per_row =
      (visits + kRowsOfPrior * visits_per_row_) / (found_.count() + kRowsOfPrior);
  return std::max(visits, wanted_ * per_row);
}

void FilteredTraversal::want_rows() {
  wanted_ = rows_wanted();
  is_too_expensive_ = nodes_->is_better_than(visits_expected());
}

float FilteredTraversal::penalized(float estimate, float by) const {
  return estimate + by * std::max(0.0F, estimate - nearest_);
}

void FilteredTraversal::push(const NodeId* neighbors, const float* estimates, std::int32_t count,
                             Magnitude magnitude, Frontier* frontier) {
  std::uint32_t matches[(kMaxDegree + kBlockLanes - 1) / kBlockLanes];
  std::uint32_t any = 0;
  for (std::int32_t first = 0; first < count; first += kBlockLanes) {
    const std::int32_t n = std::min(count - first, kBlockLanes);
    const std::uint32_t lanes = matching_nodes(rows_, filter_, neighbors + first, n);
    matches[first / kBlockLanes] = lanes;
    any |= lanes;
  }
  const float limit_now = limit();
  const float by = any != 0 ? kNonMatchingPenalty : kLastResort;
  for (std::int32_t i = 0; i < count; ++i) {
    const bool is_match = (matches[i / kBlockLanes] >> i % kBlockLanes & 1) != 0;
    const float estimate = is_match ? estimates[i] : penalized(estimates[i], by);
    if (!(estimate > limit_now)) {
      frontier->push(neighbors[i], estimate, magnitude);
    }
  }
}

}  // namespace vecext
