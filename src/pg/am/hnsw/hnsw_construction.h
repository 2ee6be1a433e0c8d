// Options of the construction of graphs: by CREATE INDEX, and by rebuilds of inserts, VACUUM and
// vecext.merge().
#pragma once

#include "core/graph/construct/construct.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Phases of builds and rebuilds, as pg_stat_progress_create_index shows them (hnsw_phase_name).
enum HnswPhase : int64 {
  kLoading = 2,
  kConstructing,
  kWriting,
  kPlanning,
  kDividing,
  kAddingKeys,
  kTrying,
  kFreeing
};

/// About how many multiply-adds the construction of `rows` rows takes (measured).
double construction_work(const GraphMeta& meta, double rows);

/// The floats of a row in the construction of a graph: its transformed dimensions, and those that
/// turn inner products into distances; of a flat graph, its sketch.
int32 construct_floats(const GraphMeta& meta);

/// The options of construction, with as many threads as a build may use and has memory for.
ConstructOptions construct_options(const GraphMeta& meta);

}  // namespace vecext::pg
