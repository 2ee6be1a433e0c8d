// How much work the queries of an index need.
#pragma once

#include "core/effort/at_recall.h"

namespace vecext {

/// A number of nodes or lists that no search visits.
inline constexpr float kMostSteps = 1e9F;

/// The efforts that searches need for each of kEffortRecalls, and how much work such searches do.
/// An effort is a multiple of the effort that trials found to be enough for a recall of .95. All
/// fields are zero if the efforts are not known.
struct QueryEffort {
  float effort[kEffortRecalls.size()];
  float steps;  // mean number of nodes or lists of a search
  float rows;   // mean number of rows that these searches were for

  bool is_known() const { return effort[0] > 0; }
};

}  // namespace vecext
