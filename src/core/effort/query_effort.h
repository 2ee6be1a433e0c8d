// How much work the queries of an index need.
#pragma once

#include "core/effort/at_recall.h"

namespace vecext {

/// No search visits so many nodes or lists.
inline constexpr float kMostSteps = 1e9F;

/// The efforts that searches need for each of kEffortRecalls, as multiples of what trials found to
/// be enough for a recall of .95, and how much work such searches do. All fields are zero if they
/// are not known.
struct QueryEffort {
  float effort[kEffortRecalls.size()];
  float steps;  // mean nodes or lists of a search
  float rows;   // mean number of rows that these searches were for

  bool is_known() const { return effort[0] > 0; }
};

}  // namespace vecext
