// Paths of scans with conditions: for a table that is ordered by a distance which one of our
// indexes knows, and has other conditions as well.
#pragma once

namespace vecext::pg {

/// Has the planner consider them. To be called once.
void offer_filtered_paths();

}  // namespace vecext::pg
