// The access methods ivfflat and ivfpq: one implementation under two names.
#include "pg/am/ivf/ivf.h"

#include "pg/am/ivf/ivf_options.h"
#include "pg/am/ivf/ivf_rebalance.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/common/validate.h"

extern "C" {
#include "commands/progress.h"
}

namespace vecext::pg {

namespace {

/// Returns the names of the phases that builds and reorganizations report.
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
    case kReorganizing:
      return pstrdup("reorganizing lists");
    default:
      return nullptr;
  }
}

/// The numbers are pgvector's. The last function is for key columns.
constexpr Support kSupport[] = {Support::kDistance, Support::kNorm, Support::kDistance,
                                Support::kNorm,     Support::kType, Support::kHash};

bool has_opclass(Element element, Metric metric) {
  return element != Element::kSparse && metric != Metric::kL1 && metric != Metric::kJaccard;
}

int64 merge(Relation index, Relation heap) {
  free_interrupted_lists(index);
  return compact_lists(index, heap, nullptr);
}

template <IvfKind kKind>
bool aims_at_recall(Relation) {
  return forced_probes(kKind == IvfKind::kFlat) == 0;
}

/// Makes the method of that name, which the caller assigns to `kMethod`.
template <const AccessMethod& kMethod, IvfKind kKind>
constexpr AccessMethod ivf_method(const char* name, amoptions_function options) {
  return {.name = name,
          .meta_kind = MetaKind::kLists,
          .has_vectors = true,
          .support = kSupport,
          .has_opclass = has_opclass,
          .has_key_columns = kKind == IvfKind::kPq,
          .build = ivf_build<kKind>,
          .build_empty = ivf_build_empty<kKind>,
          .insert = ivf_insert,
          .insert_cleanup = nullptr,
          .bulk_delete = ivf_bulk_delete,
          .vacuum_cleanup = ivf_vacuum_cleanup,
          .options = options,
          .build_phase_name = ivf_phase_name,
          .validate = validate<kMethod>,
          .cost_estimate = cost_estimate<kMethod>,
          .scan = &kListScan,
          .estimate = estimate_lists,
          .answers = nullptr,
          .decides_conditions = false,
          .has_distances = false,
          .traits = list_traits,
          .filtered_costs = &kFilteredListCosts,
          .aims_at_recall = aims_at_recall<kKind>,
          .verify = verify_lists,
          .describe = describe_lists,
          .size = ivf_size<kKind>,
          .merge = merge};
}

}  // namespace

constexpr AccessMethod kIvfflatMethod =
    ivf_method<kIvfflatMethod, IvfKind::kFlat>("ivfflat", parse_ivfflat_options);
constexpr AccessMethod kIvfpqMethod =
    ivf_method<kIvfpqMethod, IvfKind::kPq>("ivfpq", parse_ivfpq_options);

IvfKind ivf_kind(Relation index) {
  return access_method_of(index) == &kIvfflatMethod ? IvfKind::kFlat : IvfKind::kPq;
}

VECEXT_FUNCTION(ivfflathandler)
{ PG_RETURN_POINTER(make_routine<kIvfflatMethod>()); }

VECEXT_FUNCTION(ivfpqhandler)
{ PG_RETURN_POINTER(make_routine<kIvfpqMethod>()); }

// These are the support functions by which pgvector's operator classes describe their types. They
// are never called here, as the distance function tells the type.
VECEXT_FUNCTION(ivfflat_halfvec_support)
{ PG_RETURN_DATUM(0); }
VECEXT_FUNCTION(ivfflat_bit_support)
{ PG_RETURN_DATUM(0); }

}  // namespace vecext::pg
