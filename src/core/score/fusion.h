// Several lists of hits as one: what a hit of a list adds to its score.
#pragma once

#include <cstdint>
#include <span>

namespace vecext {

/// The constant k of reciprocal rank fusion, as Qdrant has it: with ranks from 0.
constexpr double kDefaultRrfConstant = 2;

/// Reciprocal rank fusion: what the hit of that rank, from 0, adds. Nothing if weight <= 0.
double rrf_term(std::int64_t rank, double k, double weight);

/// Distribution-based score fusion: replaces the scores of a list by their places between three
/// standard deviations below the mean (0) and above it (1); beyond them where they lie beyond. One
/// score, or equal ones: 0.5.
void normalize_by_distribution(std::span<double> scores);

}  // namespace vecext
