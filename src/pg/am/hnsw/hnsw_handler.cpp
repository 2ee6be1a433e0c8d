// The access method hnsw.
#include "pg/am/hnsw/hnsw.h"

#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/hnsw/hnsw_recall.h"
#include "pg/am/hnsw/hnsw_rebuild.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/common/validate.h"

extern "C" {
#include "commands/progress.h"
}

namespace vecext::pg {

namespace {

/// Returns the names of the phases that builds and rebuilds report.
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
    case kFreeing:
      return pstrdup("freeing pages");
    default:
      return nullptr;
  }
}

/// The numbers are pgvector's. The last function is for key columns.
constexpr Support kSupport[] = {Support::kDistance, Support::kNorm, Support::kType, Support::kHash};

bool has_opclass(Element, Metric) {
  return true;
}

int64 merge(Relation index, Relation) {
  return rebuild_graph(index) ? 1 : 0;
}

}  // namespace

constexpr AccessMethod kHnswMethod{.name = "hnsw",
                                   .meta_kind = MetaKind::kGraph,
                                   .has_vectors = true,
                                   .support = kSupport,
                                   .has_opclass = has_opclass,
                                   .has_key_columns = true,
                                   .build = hnsw_build,
                                   .build_empty = hnsw_build_empty,
                                   .insert = hnsw_insert,
                                   .insert_cleanup = hnsw_insert_end,
                                   .bulk_delete = hnsw_bulk_delete,
                                   .vacuum_cleanup = hnsw_vacuum_cleanup,
                                   .options = parse_hnsw_options,
                                   .build_phase_name = hnsw_phase_name,
                                   .validate = validate<kHnswMethod>,
                                   .cost_estimate = cost_estimate<kHnswMethod>,
                                   .scan = &kGraphScan,
                                   .estimate = estimate_graph,
                                   .answers = nullptr,
                                   .decides_conditions = false,
                                   .has_distances = false,
                                   .traits = graph_traits,
                                   .filtered_costs = &kFilteredGraphCosts,
                                   .aims_at_recall = graph_aims_at_recall,
                                   .verify = verify_graph_index,
                                   .describe = describe_graph,
                                   .size = hnsw_size,
                                   .merge = merge};

VECEXT_FUNCTION(hnswhandler)
{ PG_RETURN_POINTER(make_routine<kHnswMethod>()); }

// These are the support functions by which pgvector's operator classes describe their types. They
// are never called here, as the distance function tells the type.
VECEXT_FUNCTION(hnsw_halfvec_support)
{ PG_RETURN_DATUM(0); }
VECEXT_FUNCTION(hnsw_bit_support)
{ PG_RETURN_DATUM(0); }
VECEXT_FUNCTION(hnsw_sparsevec_support)
{ PG_RETURN_DATUM(0); }

}  // namespace vecext::pg
