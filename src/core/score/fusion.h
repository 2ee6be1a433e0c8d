// Several lists of hits as one: what a hit of a list adds to its score.
#pragma once

#include <cstdint>
#include <span>

namespace vecext {

/// The constant k of reciprocal rank fusion, as Qdrant has it: with ranks from 0.
constexpr double kDefaultRrfConstant = 2;

/// Reciprocal rank fusion: what the hit of that rank, from 0, adds. Nothing if weight <= 0.
double rrf_term(std::int64_t rank, double k, double weight);

/// The constant k of reciprocal rank fusion as Cormack, Clarke and Buettcher have it (SIGIR 2009):
/// with ranks from 1.
constexpr double kReciprocalRankConstant = 60;

/// The same with ranks from 1, and the weight as a factor: weight / (k + rank).
double reciprocal_rank(std::int64_t rank, double k, double weight);

/// The score, or the nearest one that sums and differences keep finite: fusion takes an infinity
/// for a very high or low score. NaN is the lowest one.
double finite_score(double score);

/// Distribution-based score fusion: replaces the scores of a list by their places between three
/// standard deviations below the mean (0) and above it (1); beyond them where they lie beyond. One
/// score, or equal ones: 0.5.
void normalize_by_distribution(std::span<double> scores);

/// Relative scores: replaces the scores of a list by their places between the least (0) and the
/// greatest (1) of them. Equal ones: 1.
void normalize_by_range(std::span<double> scores);

/// The same between `least`, below which no score can be, and the greatest of them. Where that is
/// `least` too: 1.
void normalize_from(double least, std::span<double> scores);

}  // namespace vecext
