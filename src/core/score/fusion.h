// Joins several lists of hits to one list: computes what a hit adds to the score of its row.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

namespace vecext {

/// What the weight of a list is multiplied with: what a hit adds, or the hit's rank.
enum class RankWeight : std::uint8_t { kTerm, kRank };

/// Reciprocal rank fusion. A hit adds weight / (k + rank). If the weight applies to ranks
/// (RankWeight::kRank), a hit adds 1 / (k + rank), where the hit's distance from the head of the
/// list has been divided by the weight.
struct ReciprocalRank {
  double k;
  int first_rank;
  RankWeight weight;
};

/// The constants of Cormack, Clarke and Buettcher (SIGIR 2009).
constexpr ReciprocalRank kReciprocalRank{.k = 60, .first_rank = 1, .weight = RankWeight::kTerm};
/// The constants of Qdrant: 1 / ((rank + 1) / weight + k - 1).
constexpr ReciprocalRank kQdrantRank{.k = 2, .first_rank = 0, .weight = RankWeight::kRank};

/// Returns what a hit adds if `before` hits of its list come before it. Returns 0 if the weight
/// applies to ranks and is <= 0.
double reciprocal_rank(const ReciprocalRank& constants, std::int64_t before, double weight);

/// Distribution-based score fusion: a hit adds its score as normalize_by_distribution() replaces
/// it.
struct PlaceInDistribution {};
/// Relative scores: a hit adds its score as normalize_by_range() replaces it.
struct PlaceInRange {};
/// Relative scores for a list in which no score can be less than `least`: a hit adds its score as
/// normalize_from() replaces it.
struct PlaceAboveLeast {
  double least;
};

using ScoreTerm = std::variant<ReciprocalRank, PlaceInDistribution, PlaceInRange, PlaceAboveLeast>;

/// What the hits of a list add: a term, which is multiplied by a weight.
struct Contribution {
  ScoreTerm term;
  double weight;
};

/// Replaces the scores of a list, in which the best hit comes first, by what each hit adds.
void replace_by_terms(const Contribution& contribution, std::span<double> scores);

/// Replaces each score of a list by its place between three standard deviations below the mean,
/// which is 0, and three above it, which is 1. Scores beyond these get places below 0 or above 1.
/// If there is only one score, or if all scores are equal, they become 0.5.
void normalize_by_distribution(std::span<double> scores);

/// Replaces each score of a list by its place between the least score, which is 0, and the
/// greatest, which is 1. If all scores are equal, they become 1.
void normalize_by_range(std::span<double> scores);

/// Replaces each score of a list by its place between `least`, which is 0, and the greatest score,
/// which is 1. No score can be below `least`. If the greatest score is `least`, all become 1.
void normalize_from(double least, std::span<double> scores);

}  // namespace vecext
