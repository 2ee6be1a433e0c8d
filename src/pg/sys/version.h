// What differs between the server's major versions, and nothing else: the only file that reads
// PG_VERSION_NUM. Supported: 15 to 18.
#pragma once

extern "C" {
#include "access/toast_internals.h"
#include "storage/proc.h"
#include "utils/snapmgr.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
}

#if PG_VERSION_NUM < 150000
#error "vecext needs PostgreSQL 15 or newer"
#endif

namespace vecext::pg {

/// The snapshot to read out-of-line values with. `storage` is room for it where the server wants it
/// from the caller.
inline Snapshot toast_snapshot([[maybe_unused]] SnapshotData* storage) {
#if PG_VERSION_NUM >= 180000
  return get_toast_snapshot();
#else
  init_toast_snapshot(storage);
  return storage;
#endif
}

/// Number of the current transaction, never used twice by one backend.
inline LocalTransactionId local_transaction_id() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

}  // namespace vecext::pg

// Input errors are handed to a caller that asked for it (pg_input_is_valid, COPY ON_ERROR), from 16
// on.
#if PG_VERSION_NUM >= 160000
#define VECEXT_ERRSAVE(context, report) errsave(context, report)
#else
#define VECEXT_ERRSAVE(context, report) ereport(ERROR, report)
#endif
