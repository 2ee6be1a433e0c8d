// aminsert of the access method inverted.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

bool inverted_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                     IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

}  // namespace vecext::pg
