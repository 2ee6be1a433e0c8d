// INSERT into a bm25 index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// aminsert.
bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

}  // namespace vecext::pg
