// How the graphs of an index are constructed: by CREATE INDEX, and again by what inserts, VACUUM
// and vecext.merge() do.
#pragma once

#include "core/graph/build/construct.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Phases, as pg_stat_progress_create_index names them (hnsw_phase_name).
enum HnswPhase : int64 {
  kLoading = 2,
  kConstructing,
  kWriting,
  kPlanning,
  kDividing,
  kAddingKeys,
  kTrying
};

/// Multiply-adds of the construction of so many rows, about (measured).
double construction_work(const GraphMeta& meta, double rows);

/// Floats of a row in the construction of a graph: in its space, and what makes distances of
/// products.
int32 construct_floats(const GraphMeta& meta);

/// How a graph is constructed, on the threads that a build may have and has memory for.
ConstructOptions construct_options(const GraphMeta& meta);

/// Bytes that making a graph may take.
Size graph_memory();

}  // namespace vecext::pg
