// Subtransactions: one catches errors, so that the statement can go on, and one releases its locks
// when it ends.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Calls run(context). If that raises an error, releases the locks, pins and files that it has
/// taken, and returns the error in the current memory context; otherwise returns null. Changes of
/// index pages stay.
///
/// run() is called in a subtransaction. If no subtransaction can begin, as in a VACUUM with
/// parallel workers before PostgreSQL 17, the function cleans up after an error as the server's
/// background processes do, which have no transactions, and sets the user and the settings back. So
/// run() must not change rows, catalogs or settings, and where there is no subtransaction it must
/// call no function that uses SPI or takes snapshots of its own.
ErrorData* catch_error(void (*run)(void* context), void* context);

/// Does the same for a callable object.
template <class Run>
ErrorData* catch_error(Run run) {
  return catch_error([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

/// Calls run(context) in a subtransaction that is rolled back. That releases its locks, also on a
/// standby, which would otherwise keep them until the transaction has ended. Changes of index pages
/// stay. An error of run() is raised again once the subtransaction has ended. run() must not change
/// rows, catalogs or settings. The function must not be called in a parallel operation.
void roll_back_after(void (*run)(void* context), void* context);

/// Does the same for a callable object.
template <class Run>
void roll_back_after(Run run) {
  roll_back_after([](void* context) { (*static_cast<Run*>(context))(); }, &run);
}

}  // namespace vecext::pg
