// CREATE INDEX with key columns: their tree, made after all else.
#pragma once

#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Raises where a column after the first is no key column.
void check_key_columns(Relation index);

/// Reads the table for its rows' keys and writes the tree, to which the meta page then leads, in a
/// phase of that number. Does nothing without key columns.
void build_keys(Relation heap, Relation index, IndexInfo* info, int64 phase, BulkWriter* bulk);

/// The same of no table, for the index of an unlogged table after a crash.
void build_no_keys(Relation index, BulkWriter* bulk);

}  // namespace vecext::pg
