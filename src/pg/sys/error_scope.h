// Subtransactions: errors are caught in one, so that the statement can go on; locks end with one.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Calls run(context). If it raises an error, releases the locks, pins and files that it has taken,
/// and returns the error in the current memory context; otherwise returns null. Changes of index
/// pages stay.
///
/// It runs in a subtransaction. If none can begin, as in a VACUUM with parallel workers before
/// PostgreSQL 17, it cleans up as the server's background processes do, which have no transactions,
/// and sets the user and the settings back. So `run` must not change rows, catalogs or settings,
/// and in the second case must call no function that uses SPI or snapshots of its own.
ErrorData* catch_error(void (*run)(void* context), void* context);

/// The same for a callable.
template <class Run>
ErrorData* catch_error(Run run) {
  return catch_error([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

/// Calls run(context) in a subtransaction that is rolled back: its locks are released, also by a
/// standby, which else keeps them until the transaction has ended. Changes of index pages stay.
/// An error of `run` is raised again once the subtransaction has ended. `run` must not change rows,
/// catalogs or settings. Not in a parallel operation.
void roll_back_after(void (*run)(void* context), void* context);

/// The same for a callable.
template <class Run>
void roll_back_after(Run run) {
  roll_back_after([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

}  // namespace vecext::pg
