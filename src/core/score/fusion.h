// Several lists of hits as one: what a hit of a list adds to the score of its row.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

namespace vecext {

/// What the weight of a list changes.
enum class RankWeight : std::uint8_t { kTerm, kRank };

/// Reciprocal rank fusion: a hit adds weight / (k + rank), or, where the weight is that of ranks,
/// 1 / (k + rank) with its distance from the head of the list divided by the weight.
struct ReciprocalRank {
  double k;
  int first_rank;
  RankWeight weight;
};

/// As Cormack, Clarke and Buettcher have it (SIGIR 2009).
constexpr ReciprocalRank kReciprocalRank{.k = 60, .first_rank = 1, .weight = RankWeight::kTerm};
/// As Qdrant has it: 1 / ((rank + 1) / weight + k - 1).
constexpr ReciprocalRank kQdrantRank{.k = 2, .first_rank = 0, .weight = RankWeight::kRank};

/// What the hit after `before` others of its list adds. With a weight of ranks that is <= 0:
/// nothing.
double reciprocal_rank(const ReciprocalRank& constants, std::int64_t before, double weight);

/// Distribution-based score fusion: a hit adds its place by normalize_by_distribution().
struct PlaceInDistribution {};
/// Relative scores: by normalize_by_range().
struct PlaceInRange {};
/// The same where no score can be less: by normalize_from().
struct PlaceAboveLeast {
  double least;
};

using ScoreTerm = std::variant<ReciprocalRank, PlaceInDistribution, PlaceInRange, PlaceAboveLeast>;

/// What hits of a list add: a term, and how much it counts.
struct Contribution {
  ScoreTerm term;
  double weight;
};

/// Replaces the scores of a list, the best first, by what each hit adds.
void replace_by_terms(const Contribution& contribution, std::span<double> scores);

/// Replaces the scores of a list by their places between three standard deviations below the mean
/// (0) and above it (1); beyond them where they lie beyond. One score, or equal ones: 0.5.
void normalize_by_distribution(std::span<double> scores);

/// Replaces the scores of a list by their places between the least (0) and the greatest (1) of
/// them. Equal ones: 1.
void normalize_by_range(std::span<double> scores);

/// The same between `least`, below which no score can be, and the greatest of them. Where that is
/// `least` too: 1.
void normalize_from(double least, std::span<double> scores);

}  // namespace vecext
