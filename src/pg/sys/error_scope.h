// Two kinds of subtransactions. One catches errors, so that the statement can go on. The other
// releases its locks when it ends.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Calls run(context), and returns null. If that raises an error, releases the locks, pins and
/// files that it has taken, and returns the error in the current memory context. Changes of index
/// pages are not undone.
///
/// run() is called in a subtransaction. In some cases no subtransaction can begin, such as in a
/// VACUUM with parallel workers before PostgreSQL 17. If run() then raises an error, catch_error()
/// cleans up as the server's background processes do, which have no transactions, and restores the
/// user and the settings. Therefore run() must not change rows, catalogs or settings. If there is
/// no subtransaction, it must not call functions that use SPI or take snapshots of their own.
ErrorData* catch_error(void (*run)(void* context), void* context);

/// Does the same for a callable object.
template <class Run>
ErrorData* catch_error(Run run) {
  return catch_error([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

/// Calls run(context) in a subtransaction, and then rolls that back. The rollback releases the
/// locks that run() has taken, also on a standby, which would otherwise keep them until the whole
/// transaction ends. Changes of index pages are not undone. An error of run() is raised again after
/// the rollback. run() must not change rows, catalogs or settings. The function must not be called
/// in a parallel operation.
void roll_back_after(void (*run)(void* context), void* context);

/// Does the same for a callable object.
template <class Run>
void roll_back_after(Run run) {
  roll_back_after([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

}  // namespace vecext::pg
