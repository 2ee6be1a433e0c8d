// Options of the construction of graphs, and the temporary files that it may take. CREATE INDEX
// uses them, and so do rebuilds by inserts, VACUUM and vecext.merge().
#pragma once

#include "core/graph/construct/construct.h"
#include "core/graph/external/temp_files.h"
#include "core/graph/format/graph_model.h"
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

/// Returns about how many multiply-adds the construction of `rows` rows takes (measured).
double construction_work(const GraphMeta& meta, double rows);

/// Returns about how many pages the nodes of `rows` rows and their codes take.
double graph_pages(const GraphModel& model, double rows);

/// Returns how many floats a row has in the construction of a graph: its transformed dimensions,
/// and the dimensions that turn inner products into distances. In a flat graph, it is the number of
/// floats of the row's sketch.
int32 construct_floats(const GraphMeta& meta);

/// Returns the options of construction, with as many threads as a build may use and has memory for.
ConstructOptions construct_options(const GraphMeta& meta);

/// Returns functions that make and use temporary files, for the rows and links of a graph's shards.
/// The files are the server's: they lie in temp_tablespaces, count for temp_file_limit, and are
/// removed when the transaction ends, at the latest. The buffer of a file lies in the memory
/// context that is current when the file is made.
TempFiles temp_files();

}  // namespace vecext::pg
