// Options of ivfflat and ivfpq (WITH) and settings of their scans (SET).
#pragma once

#include "pg/am/effort/effort_option.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// WITH (lists = …, bits = …, rerank = …). ivfflat has only `lists`.
struct IvfOptions {
  EffortOptions effort;
  int lists;   // 0 to choose by the number of rows
  int bits;    // 0 to choose by the dimensions
  int rerank;  // Rerank (core/quant/rerank_vector.h)
};

inline constexpr int kMaxLists = 32768;
inline constexpr int kFlatDefaultLists = 100;

// The settings. A variable ..._is_set is true if a user has set the setting.
extern int ivfflat_probes;
extern bool ivfflat_probes_is_set;
extern int ivfflat_iterative_scan;
extern bool ivfflat_iterative_scan_is_set;
extern int ivfflat_max_probes;
extern bool ivfflat_max_probes_is_set;
extern int ivfpq_probes;  // 0 for as many as the target recall takes

/// Returns the number of lists that settings make a search read, or 0 if it reads as many as
/// vecext.target_recall takes. ivfflat aims at a recall unless one of its settings is set.
int forced_probes(bool is_flat);

/// Defines options and settings. It has to be called once, when the library is loaded.
void define_ivf_options();

bytea* parse_ivfflat_options(Datum options, bool validate);
bytea* parse_ivfpq_options(Datum options, bool validate);

}  // namespace vecext::pg
