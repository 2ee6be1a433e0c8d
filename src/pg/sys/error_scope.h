// Going on after an error.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Runs run(context). What it raises ends there: the locks, pins and files that it has taken are
/// given up, changes of index pages stay. Returns the error, in the current memory context, or
/// null.
///
/// That is a subtransaction's work. Where none can begin, as in a VACUUM with parallel workers
/// before 17, it is done as the server's background processes do it, which have no transactions.
/// As it may run without one, it must never change rows, catalogs or settings.
ErrorData* catch_error(void (*run)(void* context), void* context);

/// The same of a callable.
template <class Run>
ErrorData* catch_error(Run run) {
  return catch_error([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

}  // namespace vecext::pg
