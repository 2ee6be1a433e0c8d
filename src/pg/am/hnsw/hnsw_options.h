// Options of hnsw (WITH) and settings of its scans (SET). They are pgvector's.
#pragma once

#include "pg/am/effort/effort_option.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// WITH (m = …, ef_construction = …).
struct HnswOptions {
  EffortOptions effort;
  int m;
  int ef_construction;
};

/// Returns the options of an index with defaults. `parsed` may be null.
HnswOptions hnsw_options(const void* parsed);

/// Raises an error if no graph can be built with the options. The build calls it, because ALTER
/// INDEX may set one option before the other.
void check_hnsw_options(const HnswOptions& options);

// The settings. A variable ..._is_set is true if a user has set the setting.
extern int hnsw_ef_search;
extern bool hnsw_ef_search_is_set;
extern int hnsw_iterative_scan;  // IterativeScan
extern int hnsw_max_scan_tuples;
extern bool hnsw_max_scan_tuples_is_set;
extern double hnsw_scan_mem_multiplier;  // as a multiple of work_mem

/// Defines options and settings. It has to be called once, when the library is loaded.
void define_hnsw_options();

bytea* parse_hnsw_options(Datum options, bool validate);

}  // namespace vecext::pg
