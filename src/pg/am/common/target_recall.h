// The recall that scans of all access methods aim at.
#pragma once

namespace vecext::pg {

/// vecext.target_recall: the mean recall that a scan aims at, unless a setting of its method bounds
/// the search or a graph has not been calibrated. It is 0 if scans aim at no recall.
extern double target_recall;

/// True if an expected recall is so far below the target that users should know.
bool is_far_below_target(double expected);

/// Defines the setting. It has to be called once, when the library is loaded.
void define_target_recall();

}  // namespace vecext::pg
