// Moments of changes that take several records: no page is locked, others see what is written so
// far, and a crash would leave it so. Tests stop a session there (test/injection).
#pragma once

namespace vecext {

enum class Moment {
  kKeysSplit,      // a leaf of keys is split, the level above does not know
  kPartsWritten,   // pages of a wide document are written, nothing leads to them
  kPendingClosed,  // pending rows or documents are closed, to be moved
  kBeforeSwitch,   // what is new is written, the meta page leads to what is old
  kAfterSwitch,    // the meta page leads to what is new, what is old is not free yet
  kBetweenPasses,  // VACUUM has removed dead rows, and has not freed unused pages
};

}  // namespace vecext
