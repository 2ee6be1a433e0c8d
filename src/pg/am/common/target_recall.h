// The recall that scans aim at, whatever the access method.
#pragma once

namespace vecext::pg {

/// vecext.target_recall: the mean recall that a scan aims at unless a setting of its method says
/// how far it goes, or a graph was not tried. 0: none.
extern double target_recall;

/// Registers the setting when the library is loaded.
void define_target_recall();

}  // namespace vecext::pg
