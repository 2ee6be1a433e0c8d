// Options of ivfflat and ivfpq (WITH) and settings of their scans (SET).
#pragma once

#include "pg/am/effort/effort_option.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// WITH (lists = …, bits = …, rerank = …). ivfflat has `lists` only.
struct IvfOptions {
  EffortOptions effort;
  int lists;   // 0: by the number of rows
  int bits;    // 0: by the dimensions
  int rerank;  // Rerank (core/quant/rerank_vector.h)
};

inline constexpr int kMaxLists = 32768;
inline constexpr int kFlatDefaultLists = 100;

// Settings, and whether a user has set them.
extern int ivfflat_probes;
extern bool ivfflat_probes_is_set;
extern int ivfflat_iterative_scan;
extern bool ivfflat_iterative_scan_is_set;
extern int ivfflat_max_probes;
extern bool ivfflat_max_probes_is_set;
extern int ivfpq_probes;  // 0: auto

/// The number of lists that settings make a search read; 0: as many as vecext.target_recall takes.
/// ivfflat aims at a recall unless one of its settings is set.
int forced_probes(bool is_flat);

/// Defines options and settings. Call once, when the library is loaded.
void define_ivf_options();

bytea* parse_ivfflat_options(Datum options, bool validate);
bytea* parse_ivfpq_options(Datum options, bool validate);

}  // namespace vecext::pg
