// CREATE INDEX of hnsw for the types and metrics whose graphs are flat
// (core/graph/format/graph_model.h).
#pragma once

#include "core/graph/flat/sketch.h"
#include "pg/am/common/opclass.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Raises an error if a sparse vector has more elements than a node has room for.
void check_non_zeros(const OpclassInfo& info, const void* stored);

/// The number of rows that a build has read, and of those that are in the index.
struct BuiltRows {
  double heap_rows;
  double index_rows;
};

/// Returns the most bytes that the construction of a flat graph takes in addition to its rows.
Size flat_bytes(const GraphMeta& meta, Size rows);

/// Returns the most bytes that a build of `rows` rows takes, if their elements have one size.
Size flat_build_bytes(const GraphMeta& meta, Size rows);

/// Builds the index from a table's rows. Memory comes from the current context.
BuiltRows build_flat(Relation heap, Relation index, IndexInfo* info, const OpclassInfo& opclass,
                     const GraphMeta& meta, BulkWriter* bulk);

/// Constructs the graph from rows in memory, and writes it. Memory comes from the current context.
void write_flat_index(BulkWriter* bulk, const GraphMeta& meta, const FlatRows& rows);

}  // namespace vecext::pg
