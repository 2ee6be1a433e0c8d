#include "pg/am/bm25/bm25.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/text_config.h"
#include "pg/am/common/validate.h"
#include "pg/am/postings/maintenance.h"
#include "pg/am/postings/posting_costs.h"
#include "pg/am/postings/segment_build.h"
#include "pg/am/postings/postings_vacuum.h"
#include "pg/am/scan/ordered_scan.h"

namespace vecext::pg {

namespace {

constexpr Support kSupport[] = {Support::kScore, Support::kHash};

void verify(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding) {
  verify_posting_lists(index, visitor, finding);
  warn_of_changed_config(index);
}

IndexDescription describe(Relation index) {
  IndexDescription description = describe_posting_lists(index);
  warn_of_changed_config(index);
  description.metric = "bm25";
  return description;
}

}  // namespace

constexpr AccessMethod kBm25Method{.name = "bm25",
                                   .meta_kind = MetaKind::kText,
                                   .has_vectors = false,
                                   .support = kSupport,
                                   .has_opclass = nullptr,
                                   .has_key_columns = true,
                                   .build = bm25_build,
                                   .build_empty = bm25_build_empty,
                                   .insert = bm25_insert,
                                   .insert_cleanup = nullptr,
                                   .bulk_delete = postings_bulk_delete,
                                   .vacuum_cleanup = postings_vacuum_cleanup,
                                   .options = parse_bm25_options,
                                   .build_phase_name = posting_phase_name,
                                   .validate = validate<kBm25Method>,
                                   .cost_estimate = cost_estimate<kBm25Method>,
                                   .scan = &kTextScan,
                                   .estimate = estimate_texts,
                                   .answers = answers_query,
                                   .decides_conditions = true,
                                   .has_distances = true,
                                   .traits = text_traits,
                                   .filtered_costs = &kFilteredTextCosts,
                                   .aims_at_recall = nullptr,
                                   .verify = verify,
                                   .describe = describe,
                                   .size = nullptr,
                                   .merge = merge_posting_lists};

VECEXT_FUNCTION(bm25handler)
{ PG_RETURN_POINTER(make_routine<kBm25Method>()); }

}  // namespace vecext::pg
