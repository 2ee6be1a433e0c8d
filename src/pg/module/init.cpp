// The server calls _PG_init() when it loads the library.
#include "core/kernel/kernel.h"
#include "pg/am/bm25/bm25.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/hnsw/hnsw.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/inverted/inverted.h"
#include "pg/am/ivf/ivf.h"
#include "pg/am/ivf/ivf_options.h"
#include "pg/am/scan/plan_above.h"
#include "pg/am/effort/observed_effort.h"
#include "pg/am/common/target_recall.h"
#include "pg/module/explain.h"
#include "pg/module/settings.h"
#include "pg/namespace/admission.h"
#include "pg/namespace/counted_tables.h"
#include "pg/namespace/namespace_cache.h"
#include "pg/plan/path/filtered_path.h"
#include "pg/plan/path/foreign_append.h"
#include "pg/plan/path/join_path.h"
#include "pg/sys/pg.h"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

void _PG_init(void) {
  vecext::kernel::select_best();
  vecext::pg::add_access_method(vecext::pg::kIvfflatMethod);
  vecext::pg::add_access_method(vecext::pg::kIvfpqMethod);
  vecext::pg::add_access_method(vecext::pg::kHnswMethod);
  vecext::pg::add_access_method(vecext::pg::kBm25Method);
  vecext::pg::add_access_method(vecext::pg::kInvertedMethod);
  vecext::pg::define_ivf_options();
  vecext::pg::define_target_recall();
  vecext::pg::define_observed_effort();
  vecext::pg::define_hnsw_options();
  vecext::pg::define_bm25_options();
  vecext::pg::define_namespace_setting();
  vecext::pg::define_settings();  // also reserves the prefix
  vecext::pg::note_running_plans();
  vecext::pg::after_outermost_plan = vecext::pg::end_queries;
  vecext::pg::follow_dropped_tables();
  vecext::pg::extend_explain();
  vecext::pg::offer_filtered_paths();
  vecext::pg::offer_key_joins();
  vecext::pg::offer_foreign_appends();
}
