// The access methods ivfflat and ivfpq: one implementation under two names.
#include "pg/am/ivf_build.h"
#include "pg/am/ivf_cost.h"
#include "pg/am/ivf_insert.h"
#include "pg/am/ivf_options.h"
#include "pg/am/ivf_scan.h"
#include "pg/am/ivf_vacuum.h"
#include "pg/am/opclass.h"
#include "pg/am/ordered_scan.h"
#include "pg/am/validate.h"

extern "C" {
#include "access/amapi.h"
#include "commands/progress.h"
}

namespace vecext::pg {

namespace {

/// Names of the phases that ivf_build reports.
char* ivf_phase_name(int64 phase) {
  switch (phase) {
    case PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE:
      return pstrdup("initializing");
    case kTraining:
      return pstrdup("performing k-means");
    case kAssigning:
      return pstrdup("assigning tuples");
    case kLoading:
      return pstrdup("loading tuples");
    case kReading:
      return pstrdup("reading tuples");
    case kAddingKeys:
      return pstrdup("adding key columns");
    default:
      return nullptr;
  }
}

/// What both have in common.
IndexAmRoutine* ivf_routine() {
  IndexAmRoutine* routine = ordered_routine(lengthof(kIvfSupport));
  routine->aminsert = ivf_insert;
  routine->ambulkdelete = ivf_bulk_delete;
  routine->amvacuumcleanup = ivf_vacuum_cleanup;
  routine->amcostestimate = ivf_cost_estimate;
  routine->ambuildphasename = ivf_phase_name;
  routine->amvalidate = validate_ivf_opclass;
  routine->ambeginscan = ivf_begin_scan;
  return routine;
}

}  // namespace

IvfKind ivf_kind(Relation index) {
  return index->rd_indam->amoptions == parse_ivfflat_options ? IvfKind::kFlat : IvfKind::kPq;
}

VECEXT_FUNCTION(ivfflathandler)
{
  IndexAmRoutine* routine = ivf_routine();
  routine->ambuild = ivf_build<IvfKind::kFlat>;
  routine->ambuildempty = ivf_build_empty<IvfKind::kFlat>;
  routine->amoptions = parse_ivfflat_options;
  PG_RETURN_POINTER(routine);
}

VECEXT_FUNCTION(ivfpqhandler)
{
  IndexAmRoutine* routine = ivf_routine();
  routine->amcanmulticol = true;
  routine->ambuild = ivf_build<IvfKind::kPq>;
  routine->ambuildempty = ivf_build_empty<IvfKind::kPq>;
  routine->amoptions = parse_ivfpq_options;
  PG_RETURN_POINTER(routine);
}

// Support functions that mark operator classes of a type, as pgvector's catalog has them. The type
// is known by the distance function, so nobody calls them.
VECEXT_FUNCTION(ivfflat_halfvec_support)
{ PG_RETURN_POINTER(nullptr); }
VECEXT_FUNCTION(ivfflat_bit_support)
{ PG_RETURN_POINTER(nullptr); }

}  // namespace vecext::pg
