// The access method hnsw.
#include "pg/am/hnsw_build.h"
#include "pg/am/hnsw_cost.h"
#include "pg/am/hnsw_insert.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/hnsw_scan.h"
#include "pg/am/hnsw_vacuum.h"
#include "pg/am/opclass.h"
#include "pg/am/ordered_scan.h"
#include "pg/am/validate.h"
#include "pg/sys/version.h"

extern "C" {
#include "commands/progress.h"
}

namespace vecext::pg {

namespace {

/// Names of the phases that hnsw_build reports.
char* hnsw_phase_name(int64 phase) {
  switch (phase) {
    case PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE:
      return pstrdup("initializing");
    case kLoading:
      return pstrdup("loading tuples");
    case kConstructing:
      return pstrdup("constructing graph");
    case kWriting:
      return pstrdup("writing pages");
    case kPlanning:
      return pstrdup("planning shards");
    case kDividing:
      return pstrdup("dividing tuples");
    case kAddingKeys:
      return pstrdup("adding key columns");
    case kTrying:
      return pstrdup("trying searches");
    default:
      return nullptr;
  }
}

}  // namespace

VECEXT_FUNCTION(hnswhandler)
{
  IndexAmRoutine* routine = ordered_routine(lengthof(kHnswSupport));
  routine->amcanmulticol = true;
  routine->ambuild = hnsw_build;
  routine->ambuildempty = hnsw_build_empty;
  routine->aminsert = hnsw_insert;
  set_insert_cleanup(routine, hnsw_insert_end);
  routine->ambulkdelete = hnsw_bulk_delete;
  routine->amvacuumcleanup = hnsw_vacuum_cleanup;
  routine->amcostestimate = hnsw_cost_estimate;
  routine->amoptions = parse_hnsw_options;
  routine->ambuildphasename = hnsw_phase_name;
  routine->amvalidate = validate_hnsw_opclass;
  routine->ambeginscan = hnsw_begin_scan;
  PG_RETURN_POINTER(routine);
}

// Support functions that mark operator classes of a type, as pgvector's catalog has them. The type
// is known by the distance function, so nobody calls them.
VECEXT_FUNCTION(hnsw_halfvec_support)
{ PG_RETURN_POINTER(nullptr); }
VECEXT_FUNCTION(hnsw_bit_support)
{ PG_RETURN_POINTER(nullptr); }
VECEXT_FUNCTION(hnsw_sparsevec_support)
{ PG_RETURN_POINTER(nullptr); }

}  // namespace vecext::pg
