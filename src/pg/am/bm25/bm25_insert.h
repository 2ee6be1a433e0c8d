// INSERT into a bm25 index.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"
#include "pg/text/terms.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// aminsert.
bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

/// Inserts a document. Memory comes from the current context.
void insert_terms(Relation index, RowId row, const DocumentTerms& terms);

}  // namespace vecext::pg
