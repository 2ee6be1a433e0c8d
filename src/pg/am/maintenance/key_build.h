// CREATE INDEX with key columns: builds the key tree, after the rest of the index.
#pragma once

#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Raises an error if a column after the first cannot be a key.
void check_key_columns(Relation index);

/// Reads the keys of the table's rows, writes their tree, and sets the tree's first page in the
/// meta page. `phase` is the build phase to report. Does nothing if the index has no key columns.
void build_keys(Relation heap, Relation index, IndexInfo* info, int64 phase, BulkWriter* bulk);

/// Writes an empty tree, for the initial fork of an unlogged index. Does nothing if the index has
/// no key columns.
void build_no_keys(Relation index, BulkWriter* bulk);

}  // namespace vecext::pg
