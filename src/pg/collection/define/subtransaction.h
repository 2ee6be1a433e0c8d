// A part of a call whose error does not end the call.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Calls run(context) in a subtransaction, which is committed. If it raises an error, that is
/// rolled back, and the error is returned in the current memory context; otherwise returns null.
/// What the user has canceled is not caught.
ErrorData* try_in_subtransaction(void (*run)(void* context), void* context);

/// The same for a callable.
template <class Run>
ErrorData* try_in_subtransaction(Run run) {
  return try_in_subtransaction([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

}  // namespace vecext::pg
