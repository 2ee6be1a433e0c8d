// Options of the construction of graphs, and the temporary files that it may take: by CREATE INDEX,
// and by rebuilds of inserts, VACUUM and vecext.merge().
#pragma once

#include "core/graph/construct/construct.h"
#include "core/graph/external/temp_files.h"
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

/// Functions that make and use temporary files, for the rows and links of a graph's shards. The
/// files are the server's: in temp_tablespaces, limited by temp_file_limit, and removed at the
/// latest when the transaction ends. The buffer of a file is in the context that is current when
/// the file is made.
TempFiles temp_files();

}  // namespace vecext::pg
