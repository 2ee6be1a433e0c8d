// Tells which indexes have pages: on a standby, some have none.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// False if the index is unlogged or temporary and this is a standby.
inline bool has_pages(Relation index) {
  return !RecoveryInProgress() || index->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT;
}

/// Raises an error unless the index has pages, in the words of the server's planner.
inline void require_pages(Relation index) {
  if (!has_pages(index)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("cannot access temporary or unlogged relations during recovery")));
  }
}

}  // namespace vecext::pg
