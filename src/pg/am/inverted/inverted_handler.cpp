#include "pg/am/inverted/inverted.h"

#include "pg/am/common/validate.h"
#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/postings/maintenance.h"
#include "pg/am/postings/posting_costs.h"
#include "pg/am/postings/segment_build.h"
#include "pg/am/postings/postings_vacuum.h"
#include "pg/am/scan/ordered_scan.h"

extern "C" {
#include "access/reloptions.h"
}

namespace vecext::pg {

namespace {

constexpr Support kSupport[] = {Support::kDistance, Support::kHash};

bool has_opclass(Element element, Metric metric) {
  return element == Element::kSparse && metric == Metric::kInnerProduct;
}

constexpr FilteredSearchCosts kFilteredCosts = posting_costs<&CostConstants::inverted>();

SearchEffort estimate(const SearchTask& task) {
  constexpr const CostConstants::Inverted& kConstants = kCosts.inverted;
  return {.pages = Min(static_cast<double>(task.index->pages),
                       kConstants.pages_of_search +
                           static_cast<double>(task.index->pages) * kConstants.pages_of_index),
          .page_cost = task.costs.sequential,
          .operators = kConstants.operators_of_search + task.rows * kConstants.operators_of_row,
          .reranked = task.wanted * kConstants.reranked_each};
}

/// The method has no options, so any option is an error.
bytea* parse_options(Datum options, bool validate) {
  return static_cast<bytea*>(
      build_reloptions(options, validate, static_cast<relopt_kind>(0), 0, nullptr, 0));
}

IndexDescription describe(Relation index) {
  IndexDescription description = describe_posting_lists(index);
  description.metric = metric_name(Metric::kInnerProduct);
  return description;
}

}  // namespace

constexpr AccessMethod kInvertedMethod{.name = "inverted",
                                       .meta_kind = MetaKind::kWeights,
                                       .has_vectors = true,
                                       .support = kSupport,
                                       .has_opclass = has_opclass,
                                       .has_key_columns = false,
                                       .build = inverted_build,
                                       .build_empty = inverted_build_empty,
                                       .insert = inverted_insert,
                                       .insert_cleanup = nullptr,
                                       .bulk_delete = postings_bulk_delete,
                                       .vacuum_cleanup = postings_vacuum_cleanup,
                                       .options = parse_options,
                                       .build_phase_name = posting_phase_name,
                                       .validate = validate<kInvertedMethod>,
                                       .cost_estimate = cost_estimate<kInvertedMethod>,
                                       .scan = &kInvertedScan,
                                       .estimate = estimate,
                                       .answers = nullptr,
                                       .decides_conditions = false,
                                       .has_distances = false,
                                       .traits = no_traits,
                                       .filtered_costs = &kFilteredCosts,
                                       .aims_at_recall = nullptr,
                                       .verify = verify_posting_lists,
                                       .describe = describe,
                                       .size = nullptr,
                                       .merge = merge_posting_lists};

VECEXT_FUNCTION(invertedhandler)
{ PG_RETURN_POINTER(make_routine<kInvertedMethod>()); }

}  // namespace vecext::pg
