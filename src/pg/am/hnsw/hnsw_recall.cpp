#include "pg/am/hnsw/hnsw_recall.h"

#include "core/graph/search/slack.h"
#include "pg/am/common/target_recall.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_options.h"

namespace vecext::pg {

bool is_for_recall(const GraphModel& model) {
  return !hnsw_ef_search_is_set && target_recall > 0 && model.meta.calibration.nodes > 0;
}

bool graph_aims_at_recall(Relation index) {
  return is_for_recall(cached_graph(index)->model) && hnsw_iterative_scan != kIterativeOff &&
         !hnsw_max_scan_tuples_is_set;
}

double expected_recall_of(const GraphCalibration& calibration) {
  return expected_recall(calibration, target_recall);
}

const char* alternative_to(const GraphModel& model) {
  if (model.element() == Element::kSparse && model.metric() == Metric::kInnerProduct) {
    return "inverted";
  }
  const bool has_lists = model.element() != Element::kSparse && model.metric() != Metric::kL1 &&
                         model.metric() != Metric::kJaccard;
  constexpr int32 kFewDims = 3;  // with so few dimensions, the codes of ivfpq say little about
                                 // distances
  const char* const lists = model.meta.dims <= kFewDims ? "ivfflat" : "ivfpq";
  return has_lists ? lists : "a larger hnsw.ef_search";
}

void warn_of_recall(Relation index) {
  const GraphModel& model = cached_graph(index)->model;
  const GraphCalibration& trials = model.meta.calibration;
  if (!is_for_recall(model) || !is_far_below_target(expected_recall_of(trials))) {
    return;
  }
  ereport(WARNING,
          (errmsg("searches of index \"%s\" are expected to reach a recall of %.2f, not %g",
                  RelationGetRelationName(index), expected_recall_of(trials), target_recall),
           errdetail("Trials with queries between its rows found no more of their nearest rows."),
           errhint("Use %s, which may reach it, or lower vecext.target_recall.",
                   alternative_to(model))));
}

}  // namespace vecext::pg
