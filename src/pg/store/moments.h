// Names of injection points, at which tests stop a session (test/injection). They do nothing unless
// the server was built with injection points.
#pragma once

#include "core/page/store.h"
#include "pg/sys/version.h"

namespace vecext::pg {

inline const char* injection_point_of(Moment moment) {
  switch (moment) {
    case Moment::kKeysSplit:
      return "vecext-keys-split";
    case Moment::kPartsWritten:
      return "vecext-parts-written";
    case Moment::kPendingClosed:
      return "vecext-pending-closed";
    case Moment::kBeforeSwitch:
      return "vecext-before-switch";
    case Moment::kAfterSwitch:
      return "vecext-after-switch";
    case Moment::kBetweenPasses:
      return "vecext-between-passes";
  }
  return nullptr;
}

/// The page has become free, and the free space map does not have it yet.
inline constexpr char kPageFreed[] = "vecext-page-freed";

/// A search or an insert begins, with a model that was current a moment ago.
inline constexpr char kModelCurrent[] = "vecext-model-current";

}  // namespace vecext::pg
