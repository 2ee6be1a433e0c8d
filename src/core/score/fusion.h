// Joins several lists of hits to one: says what a hit of a list adds to the score of its row.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

namespace vecext {

/// What the weight of a list changes.
enum class RankWeight : std::uint8_t { kTerm, kRank };

/// Reciprocal rank fusion: a hit adds weight / (k + rank). If the weight applies to ranks, it adds
/// 1 / (k + rank), with its distance from the head of the list divided by the weight.
struct ReciprocalRank {
  double k;
  int first_rank;
  RankWeight weight;
};

/// The constants of Cormack, Clarke and Buettcher (SIGIR 2009).
constexpr ReciprocalRank kReciprocalRank{.k = 60, .first_rank = 1, .weight = RankWeight::kTerm};
/// The constants of Qdrant: 1 / ((rank + 1) / weight + k - 1).
constexpr ReciprocalRank kQdrantRank{.k = 2, .first_rank = 0, .weight = RankWeight::kRank};

/// Returns what a hit adds that comes after `before` others of its list. It is nothing if the
/// weight applies to ranks and is <= 0.
double reciprocal_rank(const ReciprocalRank& constants, std::int64_t before, double weight);

/// Distribution-based score fusion: a hit adds what normalize_by_distribution() makes of its score.
struct PlaceInDistribution {};
/// Relative scores: a hit adds what normalize_by_range() makes of its score.
struct PlaceInRange {};
/// Relative scores where no score can be less than `least`: a hit adds what normalize_from() makes
/// of its score.
struct PlaceAboveLeast {
  double least;
};

using ScoreTerm = std::variant<ReciprocalRank, PlaceInDistribution, PlaceInRange, PlaceAboveLeast>;

/// What hits of a list add: a term, and its weight.
struct Contribution {
  ScoreTerm term;
  double weight;
};

/// Replaces the scores of a list by what each hit adds. The best hit comes first.
void replace_by_terms(const Contribution& contribution, std::span<double> scores);

/// Replaces the scores of a list by their places between three standard deviations below the mean
/// (0) and three above it (1). Scores beyond get places beyond. If there is one score, or all are
/// equal, they become 0.5.
void normalize_by_distribution(std::span<double> scores);

/// Replaces the scores of a list by their places between the least (0) and the greatest (1). If all
/// are equal, they become 1.
void normalize_by_range(std::span<double> scores);

/// Replaces the scores of a list by their places between `least`, below which no score can be, and
/// the greatest. If the greatest is `least`, they become 1.
void normalize_from(double least, std::span<double> scores);

}  // namespace vecext
