// The settings of the extension (SET vecext.…).
#pragma once

namespace vecext::pg {

/// Defines the settings, and then reserves their prefix, so that a misspelt name of a setting is an
/// error.
void define_settings();

}  // namespace vecext::pg
