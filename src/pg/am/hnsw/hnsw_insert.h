// INSERT into hnsw indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// aminsert. Returns false, as the index is not unique.
bool hnsw_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck check_unique, bool index_unchanged, IndexInfo* info);

/// aminsertcleanup: the end of a statement that may have inserted rows.
void hnsw_insert_end(Relation index, IndexInfo* info);

}  // namespace vecext::pg
