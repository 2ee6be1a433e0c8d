// When a search of a graph stops that is for a recall, and not for the ef nearest. Nodes wait
// within
//
//   d_k (1 + slack / t^(1/4))
//
// where d_k is the key of the k-th nearest row found and t the visits so far. Near rows bring d_k
// down at once; a query that lies far from all rows, or between clusters, looks wider, the more so
// the less it has seen. With the same slack the recalls of families of queries differ less
// than with the same ef (README.md). Trials at construction find it (calibrate.h).
#pragma once

#include "core/graph/graph_model.h"

namespace vecext {

/// Nearest rows that decide when to stop, at least: of fewer, the last one says too little.
inline constexpr std::int32_t kLeastInView = 10;

/// Nodes that a search for a recall visits at least, a few fewer than the 54 to 64 that pgvector's
/// default, an ef_search of 40, makes it visit. Where rows have few dimensions, or lie in clusters,
/// slack alone ends searches of ten visits, which find less than that default does. (Trials do
/// without: they find out what slack brings.)
inline constexpr std::int32_t kFewestVisits = 48;

/// The slack of a graph of so many nodes for a mean recall among the k nearest; 0: the index was
/// never tried, or no recall is asked for.
float slack_for(const GraphCalibration& calibration, double recall, std::uint32_t nodes,
                std::int32_t k);

/// What a search is expected to visit.
struct ExpectedVisits {
  double easy;  // where the query is like a row
  double hard;  // where it lies between rows
};
ExpectedVisits expected_visits(const GraphCalibration& calibration, double recall,
                               std::uint32_t nodes, std::int32_t k);

/// What is added to keys before their ratio means anything: keys of inner products are negative.
inline float key_shift(const GraphModel& model, double query_norm) {
  return model.metric() == Metric::kInnerProduct
             ? static_cast<float>(query_norm) * model.meta.calibration.longest
             : 0;
}

}  // namespace vecext
