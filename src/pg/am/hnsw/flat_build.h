// CREATE INDEX of hnsw where graphs are plain (core/graph/format/graph_model.h).
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

/// Raises where a sparse vector has more elements than a node has room for.
void check_non_zeros(const OpclassInfo& info, const void* stored);

/// How many rows a build has read, and how many of them are in the index.
struct BuiltRows {
  double heap_rows;
  double index_rows;
};

/// Bytes that the construction of a flat graph takes besides its rows, at most.
Size flat_bytes(const GraphMeta& meta, Size rows);

/// Builds the index of a table's rows. Memory of the current context.
BuiltRows build_flat(Relation heap, Relation index, IndexInfo* info, const OpclassInfo& opclass,
                     const GraphMeta& meta, BulkWriter* bulk);

/// Constructs the graph of rows in memory, and writes it. Memory of the current context.
void write_flat_index(BulkWriter* bulk, const GraphMeta& meta, const FlatRows& rows);

}  // namespace vecext::pg
